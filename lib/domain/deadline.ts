const minuteMs = 60_000;

export type Deadline = Readonly<{ at: Date; source: 'rule' | 'run' | 'retention' }>;

/**
 * The earliest of the rule's, the run's and Gemini's retention less a margin: a decision must still find the
 * interaction. The margin is a twelfth of the retention, between 5 minutes and 2 hours.
 */
export function deadlineFor(input: {
  openedAt: Date;
  created: Date; // of the interaction, at Gemini
  retentionHours: number;
  ruleMinutes: number | null;
  runDeadline: Date | null;
}): Deadline {
  const retentionMs = input.retentionHours * 60 * minuteMs;
  const marginMs = Math.min(120 * minuteMs, Math.max(5 * minuteMs, retentionMs / 12));
  const candidates: Deadline[] = [
    { at: new Date(input.created.getTime() + retentionMs - marginMs), source: 'retention' },
  ];
  if (input.runDeadline) candidates.push({ at: input.runDeadline, source: 'run' });
  if (input.ruleMinutes !== null) {
    candidates.push({ at: new Date(input.openedAt.getTime() + input.ruleMinutes * minuteMs), source: 'rule' });
  }
  return candidates.reduce((first, next) => (next.at < first.at ? next : first));
}
