import { judgementWords } from './check';
import type { Judgement } from './judge';

/** How calls would have gone under one policy and under another. */
export type Comparison = Readonly<{
  calls: number;
  changed: number;
  before: Totals;
  after: Totals;
  moves: readonly Move[]; // the most frequent first
}>;

export type Totals = Readonly<{ approved: number; rejected: number; asked: number; failed: number }>;

/** Calls that would have gone elsewhere, from one fate to another, with some of them. */
export type Move = Readonly<{
  from: string;
  to: string;
  /** `looser`: fewer people, or none, would have looked. */
  way: 'looser' | 'stricter' | 'other';
  calls: number;
  examples: readonly { id: string; effect: string }[];
}>;

export type Comparing = Readonly<{
  add: (call: { id: string; effect: string }, before: Judgement, after: Judgement) => void;
  result: () => Comparison;
}>;

const examplesKept = 5;
const movesKept = 100;

/** Compares call by call; keeps counts and a few examples, however many calls there are. */
export function comparing(): Comparing {
  let calls = 0;
  let changed = 0;
  const totals = { before: noTotals(), after: noTotals() };
  const moves = new Map<string, Move & { calls: number; examples: { id: string; effect: string }[] }>();
  return {
    add(call, before, after) {
      calls += 1;
      totals.before[fateOf(before)] += 1;
      totals.after[fateOf(after)] += 1;
      if (!differs(before, after)) return;
      changed += 1;
      const [from, to] = [judgementWords(before), judgementWords(after)];
      const key = `${from}\n${to}`;
      const known = moves.get(key);
      if (known) {
        known.calls += 1;
        if (known.examples.length < examplesKept) known.examples.push(call);
      } else if (moves.size < 10 * movesKept) {
        moves.set(key, { from, to, way: wayOf(before, after), calls: 1, examples: [call] });
      }
    },
    result: () => ({
      calls,
      changed,
      before: totals.before,
      after: totals.after,
      moves: [...moves.values()].toSorted((one, other) => other.calls - one.calls).slice(0, movesKept),
    }),
  };
}

/** Whether a call would have gone elsewhere; by which rule, and in which words, is not looked at. */
export function differs(before: Judgement, after: Judgement): boolean {
  const said = ({ outcome, tier, requirement }: Judgement) =>
    JSON.stringify(
      outcome === 'review'
        ? [
            outcome,
            tier,
            requirement.approvals,
            requirement.rejections,
            requirement.fourEyes,
            requirement.groups.toSorted(),
            requirement.problem !== null,
          ]
        : [outcome],
    );
  return said(before) !== said(after);
}

function wayOf(before: Judgement, after: Judgement): Move['way'] {
  const strictness = ({ outcome, tier, requirement }: Judgement) =>
    outcome === 'approve' ? [0, 0, 0] : outcome === 'reject' ? [2, 0, 0] : [1, tier, requirement.approvals];
  const [one, other] = [strictness(before), strictness(after)];
  const less = other.some((value, index) => value < (one[index] ?? 0));
  const more = other.some((value, index) => value > (one[index] ?? 0));
  if ((one[0] ?? 0) !== (other[0] ?? 0)) return (other[0] ?? 0) < (one[0] ?? 0) ? 'looser' : 'stricter';
  return less === more ? 'other' : less ? 'looser' : 'stricter';
}

function fateOf({ outcome, requirement }: Judgement): keyof Totals {
  if (outcome === 'approve') return 'approved';
  if (outcome === 'reject') return 'rejected';
  return requirement.problem === null ? 'asked' : 'failed';
}

function noTotals(): { -readonly [K in keyof Totals]: number } {
  return { approved: 0, rejected: 0, asked: 0, failed: 0 };
}
