import { z } from 'zod';

/** What can be wrong with the history, each for programs; the message says it to people. */
export const findingCodes = [
  'entry_changed',
  'entry_missing',
  'entry_added',
  'entry_moved',
  'personal_changed', // what is said of people is not what the entry stands for
  'passkey_missing', // what a passkey signed is not kept with the vote any more, or was changed
  'passkey_forged', // what is kept was not signed by it, or is of another vote
  'history_cut', // signed checkpoints know of more entries
  'node_changed',
  'node_missing',
  'node_added',
  'checkpoint_forged',
  'checkpoint_unknown_key',
  'checkpoint_differs', // signed by us, and of another history
  'checkpoint_changed', // its row does not say what was signed
  'checkpoint_missing', // outside the database, and not in it
] as const;

export type FindingCode = (typeof findingCodes)[number];

export const findingSchema = z.object({
  code: z.enum(findingCodes),
  message: z.string(),
  entry: z.string().exactOptional(), // the id of the entry, or of the first of several
  leaf: z.number().exactOptional(), // its place in the log, from 0
  count: z.number().exactOptional(), // how many in a row
});

export type Finding = z.infer<typeof findingSchema>;

/** Gathers findings: all are counted, the first hundred are kept; equal ones about neighbours in the log become one. */
export type FindingList = Readonly<{ add(finding: Finding): void; kept(): readonly Finding[]; count(): number }>;

const mostKept = 100; // enough to see what happened; a history that is gone is told in the memory of a hundred

export function findingList(): FindingList {
  const kept: Finding[] = [];
  let count = 0;
  return {
    add(finding) {
      count += 1;
      const last = kept.at(-1);
      const follows =
        last?.code === finding.code && last.leaf !== undefined && finding.leaf === last.leaf + (last.count ?? 1);
      if (follows) kept[kept.length - 1] = { ...last, count: (last.count ?? 1) + 1 };
      else if (kept.length < mostKept) kept.push(finding);
    },
    kept: () => kept,
    count: () => count,
  };
}

/** A finding in words, with how many it stands for. */
export function findingText({ message, leaf, count }: Finding): string {
  if (count === undefined || leaf === undefined) return message;
  return `${message} The same holds for all ${count} entries from place ${leaf} to ${leaf + count - 1}.`;
}
