import { type Approval, type Eligibility, liveVotes, mayVote } from './approval';
import type { Person } from './person';

export type SnoozeRefusal = Exclude<Eligibility, 'yes'> | 'closed' | 'voted' | 'past' | 'too_late';

export type SnoozeOutcome = { kind: 'snoozed'; until: Date } | { kind: 'refused'; reason: SnoozeRefusal };

const nearMs = 60 * 60_000;
const nearShare = 0.15;

/**
 * When a request comes back to everybody, whatever they asked for: in the last hour before its deadline, or in the last
 * 15 % of its whole time where that is less. The inbox asks the same in SQL (lib/approvals/inbox-store.ts).
 */
export function comesBackAt({ deadline, createdAt }: Pick<Approval, 'deadline' | 'createdAt'>): Date {
  const wholeMs = deadline.getTime() - createdAt.getTime();
  return new Date(deadline.getTime() - Math.min(nearMs, wholeMs * nearShare));
}

/** Sets a request aside for one person until an instant, or until its deadline comes near, whichever is first. */
export function snooze(approval: Approval, input: { by: Person; until: Date; now: Date }): SnoozeOutcome {
  const { by, until, now } = input;
  const refuse = (reason: SnoozeRefusal): SnoozeOutcome => ({ kind: 'refused', reason });
  const may = mayVote(approval, by);
  if (may !== 'yes') return refuse(may);
  if (approval.state.status !== 'pending' || now >= approval.deadline) return refuse('closed');
  if (liveVotes(approval).some((vote) => vote.by.id === by.id)) return refuse('voted');
  if (until <= now) return refuse('past');
  const back = comesBackAt(approval);
  if (back <= now) return refuse('too_late');
  return { kind: 'snoozed', until: until < back ? until : back };
}

export const snoozeRefusalText: Record<SnoozeRefusal, string> = {
  not_a_reviewer: 'Your role lets you read requests, not decide them.',
  own_run: 'You asked for this run or started it, so it does not wait for you.',
  not_in_group: 'The rule asks a group that you are not in, so it does not wait for you.',
  closed: 'It is not open any more.',
  voted: 'You have voted on it, so it does not wait for you.',
  past: 'Choose a time to come.',
  too_late: 'Its deadline is too near to set it aside.',
};
