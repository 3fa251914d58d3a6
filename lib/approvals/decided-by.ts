import { z } from 'zod';

const decider = z.object({
  by: z.union([
    z.object({ kind: z.literal('people'), voters: z.array(z.object({ name: z.string() })) }),
    z.object({ kind: z.literal('rule'), rule: z.string() }),
  ]),
});

/** Who a stored decision was by: people's names, or the rule; nobody for one that the clock or Gemini closed. */
export function decidedBy(decision: unknown): { by: readonly string[]; byRule: boolean } {
  const parsed = decider.safeParse(decision);
  if (!parsed.success) return { by: [], byRule: false };
  const { by } = parsed.data;
  return by.kind === 'people'
    ? { by: by.voters.map((voter) => voter.name), byRule: false }
    : { by: [by.rule], byRule: true };
}
