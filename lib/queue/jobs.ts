/** Every job there is, with its payload. A job is delivered at least once, so each handler is safe to repeat. */
export type JobPayloads = {
  /** A stored webhook event is to be looked at. */
  'event.process': { eventId: string };
  /** An interaction is to be read from Gemini and what follows from it done. */
  'interaction.sync': { interactionId: string; runId: string | null };
  /** A pause may be complete: fulfil and resume. */
  'pause.settle': { pauseId: string };
  /** An approval's deadline has come. */
  'approval.expire': { approvalId: string };
};

export type JobName = keyof JobPayloads;

/** Attempts before a job is left for a person: graphile-worker waits e^n seconds between them, so ten span some six hours. */
export const maxAttempts = 10;
