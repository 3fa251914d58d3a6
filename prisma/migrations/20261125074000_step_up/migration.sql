-- How the voter proved, right before the vote, that it is them: what a passkey signed is kept, to be verified later.
ALTER TABLE "vote" ADD COLUMN "step_up" JSONB;
