-- A copy for whoever asked for the run: the outcome, once it is final.
ALTER TABLE slack_message DROP CONSTRAINT slack_message_kind,
  ADD CONSTRAINT slack_message_kind CHECK (kind IN ('channel', 'direct', 'adopted', 'requester'));
