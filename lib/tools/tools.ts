import { z } from 'zod';
import { appendAudit } from '@/lib/audit/append';
import type { AuditContext } from '@/lib/domain/audit';
import { tiers } from '@/lib/domain/tier';
import type { ToolSettings } from '@/lib/domain/tool';
import { notifyLive } from '@/lib/live/notify';
import { actorOf, type By, demand } from '@/lib/people/people';
import type { Services } from '@/lib/services';
import { lockTool } from './store';

type ToolServices = Pick<Services, 'db' | 'now'>;

export const functionNameSchema = z
  .string()
  .trim()
  .min(1, 'Give the function’s name.')
  .max(128, 'Use at most 128 characters.')
  .regex(/^[^\s\p{Cc}]+$/u, 'Leave out spaces.');

const fieldName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\s,\p{Cc}]+$/u, 'A field is named by its key, or by a path such as order.id, without spaces and commas.');

/** What an admin says of a function. */
export const toolInputSchema = z.object({
  name: functionNameSchema,
  tier: z.union(tiers.map((tier) => z.literal(tier))),
  effectTemplate: z
    .string()
    .trim()
    .max(500, 'Use at most 500 characters.')
    .regex(/^\P{Cc}*$/u, 'Use one line.'),
  fulfilment: z.enum(['answer', 'manual']),
  maskedFields: z.array(fieldName).max(100),
  riskFields: z.array(fieldName).max(100),
  deadlineMinutes: z
    .number('Give a number of minutes.')
    .int('Give whole minutes.')
    .min(1, 'Give at least one minute.')
    .max(55 * 24 * 60, 'Use at most 79,200 minutes: Gemini keeps an interaction for 55 days.')
    .nullable(),
  hideArgumentsInSlack: z.boolean().default(false),
});
export type ToolInput = z.input<typeof toolInputSchema>;

export type ToolOutcome =
  | { kind: 'done'; version: number }
  | { kind: 'refused'; reason: 'changed_meanwhile'; message: string };

/**
 * Describes a function: it counts for calls that are stored from now on; approvals that are open keep what they were opened
 * with. `version` is the one the change was made on, 0 for a function that nobody described, null to write in any case.
 */
export async function saveTool(
  services: ToolServices,
  input: ToolInput,
  version: number | null,
  by: By,
  context: AuditContext,
): Promise<ToolOutcome> {
  demand(by, 'agents.manage');
  const { name, ...said } = toolInputSchema.parse(input);
  const values = { ...said, maskedFields: [...new Set(said.maskedFields)], riskFields: [...new Set(said.riskFields)] };
  return services.db.prisma.$transaction(async (tx) => {
    const now = services.now();
    const added = await tx.tool.createMany({
      data: { ...values, name, version: 0, createdAt: now },
      skipDuplicates: true,
    });
    const before = await lockTool(tx, name);
    // The row is there now, so the condition on its version decides between two changes at once.
    const present = added.count === 1 ? 0 : version;
    const changed = await tx.tool.updateManyAndReturn({
      where: { name, ...(present === null ? {} : { version: present }) },
      data: { ...values, version: { increment: 1 } },
      select: { version: true },
    });
    const next = changed[0]?.version;
    if (next === undefined) {
      return {
        kind: 'refused',
        reason: 'changed_meanwhile',
        message:
          'Somebody else changed this function meanwhile, so nothing was saved. Load their version, and make your change again.',
      };
    }
    await appendAudit(tx, now, {
      action: 'tool.updated',
      actor: actorOf(by),
      targets: [{ type: 'tool', id: name, name }],
      context,
      facts: {
        tier: values.tier,
        fulfilment: values.fulfilment,
        version: next,
        changed: added.count === 1 ? 'everything' : changedText(before, values),
      },
    });
    await notifyLive(tx, { type: 'agents' });
    return { kind: 'done', version: next };
  });
}

const fieldText = {
  tier: 'tier',
  effectTemplate: 'sentence',
  fulfilment: 'result',
  maskedFields: 'masked fields',
  riskFields: 'fields to look at first',
  deadlineMinutes: 'time to decide',
  hideArgumentsInSlack: 'arguments in Slack',
} as const;

function changedText(before: Omit<ToolSettings, 'name'>, after: Omit<ToolSettings, 'name'>): string {
  const keys = Object.keys(fieldText) as (keyof typeof fieldText)[];
  const changed = keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
  return changed.map((key) => fieldText[key]).join(', ') || 'nothing';
}
