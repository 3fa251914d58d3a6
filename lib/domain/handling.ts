/** What the agent should do after a refusal. */
export const nextSteps = ['stop', 'retry_differently', 'ask'] as const;
export type NextStep = (typeof nextSteps)[number];

/** What happens when nobody decides in time. */
export const onTimeouts = ['reject', 'escalate', 'keep_open'] as const;
export type OnTimeout = (typeof onTimeouts)[number];

/** What a rule asks for beside the votes. */
export type Handling = Readonly<{
  escalate: readonly EscalationStep[];
  slackChannel: string | null;
  hideArgumentsInSlack: boolean;
  remind: readonly string[] | null; // when to remind, see reminder.ts; null: as usual
  asked: readonly string[]; // whom the escalation asked beside the rule's groups
  onCall: readonly string[]; // whom the escalation asked as the ones on call, each as `@` and an address
  blindSecondReview: boolean; // until it is decided nobody sees how others voted
}>;

/** Whom to ask too when nobody has decided this long after the request was opened. */
export type EscalationStep = Readonly<{
  afterMinutes: number;
  groups: readonly string[];
  people: readonly string[]; // e-mail addresses
  rotation?: string | undefined;
  slackChannel?: string | undefined;
}>;
