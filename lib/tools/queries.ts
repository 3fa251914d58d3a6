import { z } from 'zod';
import { declaredFunctions, declaredSchema } from '@/lib/agents/store';
import { type ApprovalStatus, approvalStatuses } from '@/lib/domain/approval';
import { isJsonObject, type Json, type JsonObject } from '@/lib/domain/json';
import { mask } from '@/lib/domain/masking';
import type { Person } from '@/lib/domain/person';
import { type SchemaField, schemaFields, seenFields } from '@/lib/domain/schema-fields';
import type { ToolSettings } from '@/lib/domain/tool';
import { holdsInForce } from '@/lib/holds/store';
import { demand } from '@/lib/people/people';
import type { Services } from '@/lib/services';
import { callCount, mostCounted, seenFunctions, toToolSettings } from './store';

export type ToolRow = Readonly<{
  name: string;
  settings: ToolSettings | null; // null: nobody described it
  agents: readonly string[]; // those that declare it
  seenAt: Date | null; // the latest call
  calls: string; // how many were seen, in words
  stopped: boolean;
}>;

const longestList = 1000;

/**
 * Every function that is described, declared by an agent or seen in a call; those that need a description first. With words,
 * those alone that have all of them in their name, their sentence or the names of their agents.
 */
export async function listTools(
  services: Pick<Services, 'db'>,
  by: Person,
  words = '',
): Promise<{ tools: readonly ToolRow[]; undescribed: number; known: number }> {
  demand(by, 'runs.read');
  const { prisma } = services.db;
  const [described, declared, seen, holds] = await Promise.all([
    prisma.tool.findMany({ orderBy: { name: 'asc' }, take: longestList }),
    declaredFunctions(prisma),
    seenFunctions(prisma, longestList),
    holdsInForce(prisma),
  ]);
  const stopped = new Set(holds.flatMap(({ scope, key }) => (scope === 'tool' ? [key] : [])));
  const rows = new Map<string, ToolRow>();
  const put = (name: string, more: Partial<ToolRow>) =>
    rows.set(name, {
      name,
      settings: null,
      agents: [],
      seenAt: null,
      calls: '0',
      stopped: stopped.has(name),
      ...rows.get(name),
      ...more,
    });
  for (const tool of described) put(tool.name, { settings: toToolSettings(tool) });
  for (const { name, agents } of declared) put(name, { agents });
  for (const { name, seenAt, calls } of seen) put(name, { seenAt, calls: countWords(calls) });
  const all = [...rows.values()].sort(
    (one, other) =>
      Number(one.settings !== null) - Number(other.settings !== null) || one.name.localeCompare(other.name),
  );
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return {
    tools: all.filter(({ name, settings, agents }) => {
      const text = [name, settings?.effectTemplate ?? '', ...agents].join(' ').toLowerCase();
      return wanted.every((word) => text.includes(word));
    }),
    undescribed: all.filter(({ settings }) => settings === null).length,
    known: all.length,
  };
}

export type PastCall = Readonly<{
  approvalId: string;
  at: Date;
  effect: string;
  status: ApprovalStatus;
  /** Masked as the function says now and as it said then. */
  arguments: JsonObject;
}>;

export type ToolDetail = ToolRow &
  Readonly<{
    version: number; // 0: nobody described it
    recent: readonly PastCall[]; // newest first
    /** As an agent declares it now, else as the latest call was declared; null: nobody says. */
    schema: Json | null;
    /** The fields that its schema declares, then others that its latest calls carried. */
    fields: readonly SchemaField[];
  }>;

const recentCalls = 10;

/** One function, or null when it is neither described, nor declared, nor seen. */
export async function findTool(services: Pick<Services, 'db'>, by: Person, name: string): Promise<ToolDetail | null> {
  demand(by, 'runs.read');
  const { prisma } = services.db;
  const [tool, declared, schema, calls, count, held] = await Promise.all([
    prisma.tool.findUnique({ where: { name } }),
    declaredFunctions(prisma),
    declaredSchema(prisma, name),
    prisma.approval.findMany({
      where: { name },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: recentCalls,
      select: {
        id: true,
        createdAt: true,
        effect: true,
        status: true,
        arguments: true,
        schema: true,
        maskedFields: true,
      },
    }),
    callCount(prisma, name),
    prisma.hold.count({ where: { scope: 'tool', key: name } }),
  ]);
  const agents = declared.find((one) => one.name === name)?.agents ?? [];
  if (tool === null && agents.length === 0 && calls.length === 0) return null;
  const masked = tool?.maskedFields ?? [];
  const args = calls.map((call) => (isJsonObject(call.arguments) ? (call.arguments as JsonObject) : {}));
  const inForce = schema ?? (calls[0]?.schema as Json | undefined) ?? null;
  const fields = [...schemaFields(inForce)];
  for (const one of args) fields.push(...seenFields(one, fields));
  return {
    name,
    settings: tool === null ? null : toToolSettings(tool),
    version: tool?.version ?? 0,
    agents,
    seenAt: calls[0]?.createdAt ?? null,
    calls: countWords(count),
    stopped: held > 0,
    recent: calls.map((call, index) => ({
      approvalId: call.id,
      at: call.createdAt,
      effect: call.effect,
      status: z.enum(approvalStatuses).parse(call.status),
      arguments: mask(args[index] ?? {}, [...masked, ...call.maskedFields]),
    })),
    schema: inForce,
    fields,
  };
}

function countWords(calls: number): string {
  return calls > mostCounted ? `${mostCounted.toLocaleString('en')}+` : String(calls);
}
