/** Every job there is, with its payload. A job is delivered at least once, so each handler is safe to repeat. */
export type JobPayloads = {
  /** A stored webhook event is to be looked at. */
  'event.process': { eventId: string };
  /** An interaction is to be read from Gemini and what follows from it done. */
  'interaction.sync': { interactionId: string; runId: string | null };
  /** Entries of the history are to be made searchable. */
  'audit.index': Record<never, never>;
  /** An erased person is to be taken out of what names them; the payload goes with the job. */
  'person.erase': { personId: string; email: string };
  /** What is older than the rules of retention keep is to be erased. */
  'retention.apply': Record<never, never>;
  /** A pause may be complete: fulfil and resume. */
  'pause.settle': { pauseId: string };
  /** Decisions of a pause may be final: their receipts are to be issued. */
  'receipt.issue': { pauseId: string };
  /** An approval's deadline has come. */
  'approval.expire': { approvalId: string };
  /** A step of an approval's escalation is due. */
  'approval.escalate': { approvalId: string };
  /** Those who may still decide an approval are to be reminded. */
  'approval.remind': { approvalId: string };
  /** Nobody may be on an approval any more. */
  'approval.lapse': { approvalId: string };
  /** What waits is to be brought to the policy that was published, after this approval. */
  'policy.rejudge': { version: number; after: string | null };
  /** A draft of the policy is to be tried on past calls. */
  'policy.backtest': { backtestId: string };
  /** The copies of an approval in Slack are to be brought to what it is now; the first time, they are posted. */
  'slack.sync': { approvalId: string };
  /** One copy is due again: Slack asked to wait, or did not answer. */
  'slack.deliver': { messageId: string };
  /** The copies of a run's approvals, and their threads, are to tell how it goes on. */
  'slack.run': { runId: string };
  /** A person's Home in Slack is to be brought to what waits for them now. */
  'slack.home': { installationId: string; slackUserId: string };
  /** Entries wait to be put into the tree of the log. */
  'audit.grow': Record<string, never>;
  /** The log grew, and a new checkpoint of it is due. */
  'audit.checkpoint': Record<string, never>;
  /** The whole history is to be verified. */
  'audit.verify': { verificationId: string };
  /** A checkpoint is to be posted to the audit channel in Slack. */
  'audit.post_checkpoint': { checkpointId: string };
};

export type JobName = keyof JobPayloads;

/** Attempts before a job is left for a person: graphile-worker waits e^n seconds between them, so ten span some six hours. */
export const maxAttempts = 10;
