import { type Approval, mayVote } from './approval';
import { can, type Person } from './person';

const minuteMs = 60_000;

export const deadlineSources = ['rule', 'run', 'retention', 'extended'] as const;
export type DeadlineSource = (typeof deadlineSources)[number];

export type Deadline = Readonly<{ at: Date; source: Exclude<DeadlineSource, 'extended'> }>;

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

export type Extension = Readonly<{ to: Date; reason: string }>;

export type ExtensionRefusal = 'not_allowed' | 'decided' | 'too_late' | 'reason_missing' | 'not_later' | 'beyond_limit';

export type ExtensionOutcome = { kind: 'extended'; approval: Approval } | { kind: 'refused'; reason: ExtensionRefusal };

/**
 * Gives people more time. Only before the deadline, only to a later instant, never past `latest`: what the run and Gemini's
 * retention allow. Whoever may vote may ask for it, and admins. Steps of the escalation keep their times.
 */
export function extendDeadline(
  approval: Approval,
  { to, reason }: Extension,
  { by, latest, now }: { by: Person; latest: Date; now: Date },
): ExtensionOutcome {
  const refuse = (why: ExtensionRefusal): ExtensionOutcome => ({ kind: 'refused', reason: why });
  if (mayVote(approval, by) !== 'yes' && !can(by, 'deadlines.extend')) return refuse('not_allowed');
  if (approval.state.status === 'expired') return refuse('too_late');
  if (approval.state.status !== 'pending') return refuse('decided');
  // The sweep that marks approvals expired may lag; the deadline does not.
  if (now >= approval.deadline) return refuse('too_late');
  if (reason.trim() === '') return refuse('reason_missing');
  if (to <= approval.deadline) return refuse('not_later');
  if (to > latest) return refuse('beyond_limit');
  return { kind: 'extended', approval: { ...approval, deadline: to, version: approval.version + 1 } };
}
