import { type Approval, type Eligibility, liveVotes, mayVote } from './approval';
import type { Person } from './person';

/** Somebody who is on a request. Others see it and may still decide: a claim is a courtesy, never a lock. */
export type Claim = Readonly<{
  holder: Named;
  givenBy: Named | null; // null: they took it themselves
  at: Date;
  lapsesAt: Date;
}>;
type Named = Readonly<{ id: string; name: string }>;

export type ClaimRefusal =
  | { code: Exclude<Eligibility, 'yes'> } // the one who asks may not vote
  | { code: 'they_may_not' } // the one whom it is given to may not vote
  | { code: 'they_voted' }
  | { code: 'closed' }
  | { code: 'held'; by: string }; // by somebody else than whom they were shown

export type ClaimOutcome =
  | { kind: 'claimed'; claim: Claim; over: Named | null }
  | { kind: 'unchanged'; claim: Claim }
  | { kind: 'refused'; reason: ClaimRefusal };

const takenMs = 30 * 60_000; // whoever takes a request is at it now
const givenMs = 4 * 3600_000; // whoever is given one may be elsewhere

/**
 * Takes a request, or gives it to somebody, as long as it waits. `over` is the id of the holder whom the person was shown;
 * a claim over somebody else is refused, so of two at once one is told.
 */
export function claim(
  approval: Approval,
  current: Claim | null,
  input: { by: Person; to: Person; over: string | null; now: Date },
): ClaimOutcome {
  const { by, to, over, now } = input;
  const refuse = (reason: ClaimRefusal): ClaimOutcome => ({ kind: 'refused', reason });
  const may = mayVote(approval, by);
  if (may !== 'yes') return refuse({ code: may });
  if (approval.state.status !== 'pending' || now >= approval.deadline) return refuse({ code: 'closed' });
  if (mayVote(approval, to) !== 'yes') return refuse({ code: 'they_may_not' });
  if (liveVotes(approval).some((vote) => vote.by.id === to.id)) return refuse({ code: 'they_voted' });
  const held = current !== null && now < current.lapsesAt ? current : null;
  if (held?.holder.id === to.id) return { kind: 'unchanged', claim: held };
  if (held !== null && held.holder.id !== over) return refuse({ code: 'held', by: held.holder.name });
  const given = by.id !== to.id;
  return {
    kind: 'claimed',
    over: held?.holder ?? null,
    claim: {
      holder: { id: to.id, name: to.name },
      givenBy: given ? { id: by.id, name: by.name } : null,
      at: now,
      lapsesAt: new Date(now.getTime() + (given ? givenMs : takenMs)),
    },
  };
}

/** Whether this person may let a claim go: its holder, and whoever gave it to them. */
export function mayRelease(current: Claim, by: Pick<Person, 'id'>): boolean {
  return current.holder.id === by.id || current.givenBy?.id === by.id;
}
