import { z } from 'zod';
import { voterName } from '@/lib/domain/names';

const decider = z.object({
  by: z.union([
    z.object({
      kind: z.literal('people'),
      voters: z.array(z.object({ name: z.string(), for: z.object({ name: z.string() }).optional() })),
    }),
    z.object({ kind: z.literal('rule'), rule: z.string() }),
  ]),
});

/** Who a stored decision was by: people's names, or the rule; nobody for one that the clock or Gemini closed. */
export function decidedBy(decision: unknown): { by: readonly string[]; byRule: boolean } {
  const parsed = decider.safeParse(decision);
  if (!parsed.success) return { by: [], byRule: false };
  const { by } = parsed.data;
  return by.kind === 'people' ? { by: by.voters.map(voterName), byRule: false } : { by: [by.rule], byRule: true };
}
