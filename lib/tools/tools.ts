import { z } from 'zod';
import { declaredFunctions } from '@/lib/agents/store';
import { appendAudit } from '@/lib/audit/append';
import type { AuditContext } from '@/lib/domain/audit';
import { isJsonObject, type JsonObject } from '@/lib/domain/json';
import { mask } from '@/lib/domain/masking';
import type { Person } from '@/lib/domain/person';
import { tiers } from '@/lib/domain/tier';
import type { ToolSettings } from '@/lib/domain/tool';
import { notifyLive } from '@/lib/live/notify';
import { actorOf, type By, demand } from '@/lib/people/people';
import type { Services } from '@/lib/services';
import { seenFunctions, toToolSettings } from './store';

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
  .regex(/^[^\s,\p{Cc}]+$/u, 'A field is named by its key, or by a path such as order.id.');

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
    .max(55 * 24 * 60, 'Gemini keeps an interaction for 55 days at most.')
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
        message: 'Somebody else changed this function while you did. Reload the page to see their version.',
      };
    }
    await appendAudit(tx, now, {
      action: 'tool.updated',
      actor: actorOf(by),
      targets: [{ type: 'tool', id: name, name }],
      context,
      facts: { tier: values.tier, fulfilment: values.fulfilment, version: next },
    });
    await notifyLive(tx, { type: 'agents' });
    return { kind: 'done', version: next };
  });
}

export type ToolRow = Readonly<{
  name: string;
  settings: ToolSettings | null; // null: nobody described it
  agents: readonly string[]; // those that declare it
  seenAt: Date | null; // the latest call
}>;

const longestList = 1000;

/** Every function that is described, declared by an agent or seen in a call; those that need a description first. */
export async function listTools(services: Pick<Services, 'db'>, by: Person): Promise<readonly ToolRow[]> {
  demand(by, 'runs.read');
  const { prisma } = services.db;
  const [described, declared, seen] = await Promise.all([
    prisma.tool.findMany({ orderBy: { name: 'asc' }, take: longestList }),
    declaredFunctions(prisma),
    seenFunctions(prisma, longestList),
  ]);
  const rows = new Map<string, ToolRow>();
  const put = (name: string, more: Partial<ToolRow>) =>
    rows.set(name, { name, settings: null, agents: [], seenAt: null, ...rows.get(name), ...more });
  for (const tool of described) put(tool.name, { settings: toToolSettings(tool) });
  for (const { name, agents } of declared) put(name, { agents });
  for (const { name, seenAt } of seen) put(name, { seenAt });
  return [...rows.values()].sort(
    (one, other) =>
      Number(one.settings !== null) - Number(other.settings !== null) || one.name.localeCompare(other.name),
  );
}

export type ToolDetail = ToolRow &
  Readonly<{
    version: number; // 0: nobody described it
    /** The arguments of the latest calls, masked, newest first. */
    recent: readonly { approvalId: string; at: Date; arguments: JsonObject }[];
    /** The fields that its schema, or its latest call, names. */
    fields: readonly string[];
  }>;

/** One function, or null when it is neither described, nor declared, nor seen. */
export async function findTool(services: Pick<Services, 'db'>, by: Person, name: string): Promise<ToolDetail | null> {
  demand(by, 'runs.read');
  const { prisma } = services.db;
  const [tool, declared, calls] = await Promise.all([
    prisma.tool.findUnique({ where: { name } }),
    declaredFunctions(prisma),
    prisma.approval.findMany({
      where: { name },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: 3,
      select: { id: true, createdAt: true, arguments: true, schema: true, maskedFields: true },
    }),
  ]);
  const agents = declared.find((one) => one.name === name)?.agents ?? [];
  if (tool === null && agents.length === 0 && calls.length === 0) return null;
  const masked = tool?.maskedFields ?? [];
  const recent = calls.map((call) => ({
    approvalId: call.id,
    at: call.createdAt,
    arguments: mask(isJsonObject(call.arguments) ? call.arguments : {}, [...masked, ...call.maskedFields]),
  }));
  const schema = calls[0]?.schema;
  const properties = isJsonObject(schema) && isJsonObject(schema.properties) ? schema.properties : {};
  return {
    name,
    settings: tool === null ? null : toToolSettings(tool),
    version: tool?.version ?? 0,
    agents,
    seenAt: calls[0]?.createdAt ?? null,
    recent,
    fields: [...new Set([...Object.keys(properties), ...Object.keys(recent[0]?.arguments ?? {})])].slice(0, 60),
  };
}
