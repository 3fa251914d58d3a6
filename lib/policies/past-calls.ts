import { z } from 'zod';
import { type ApprovalStatus, approvalStatuses } from '@/lib/domain/approval';
import { isJsonObject, type Json, type JsonObject } from '@/lib/domain/json';
import { maskedPaths, type PathStep } from '@/lib/domain/masking';
import type { Person } from '@/lib/domain/person';
import type { PolicyTest } from '@/lib/domain/policy/document';
import { jsonObject } from '@/lib/domain/profile';
import { demand } from '@/lib/people/people';
import type { Services } from '@/lib/services';
import { toolSettings } from '@/lib/tools/store';
import { runFactColumns, runFacts } from './facts';

export type PastCallRow = Readonly<{ id: string; tool: string; effect: string; status: ApprovalStatus; at: Date }>;

const mostShown = 25;

/** The latest calls, newest first, of functions whose names begin with these letters. */
export async function pastCalls(
  { db }: Pick<Services, 'db'>,
  words: string,
  by: Person,
): Promise<readonly PastCallRow[]> {
  demand(by, 'policies.manage');
  const rows = await db.prisma.approval.findMany({
    ...(words === '' ? {} : { where: { name: { startsWith: words } } }),
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: mostShown,
    select: { id: true, name: true, effect: true, status: true, createdAt: true },
  });
  return rows.map(({ id, name, effect, status, createdAt }) => ({
    id,
    tool: name,
    effect,
    status: z.enum(approvalStatuses).parse(status),
    at: createdAt,
  }));
}

/**
 * What a policy may look at of a past call, as a test case says it; null: there is no such call. A policy is read by many and
 * kept in files, so what is masked is left out. What the lookups said then is not known any more.
 */
export async function pastCall(
  services: Pick<Services, 'db' | 'now'>,
  approvalId: string,
  by: Person,
): Promise<PolicyTest['call'] | null> {
  demand(by, 'policies.manage');
  const { prisma } = services.db;
  const row = await prisma.approval.findUnique({
    where: { id: approvalId },
    select: { name: true, arguments: true, maskedFields: true, createdAt: true, run: { select: runFactColumns } },
  });
  if (row === null) return null;
  const [settings, { requester }] = await Promise.all([
    toolSettings(prisma, [row.name]),
    runFacts(prisma, row.run, { fourEyes: true, now: services.now() }),
  ]);
  const tool = settings.get(row.name);
  const args = isJsonObject(row.arguments) ? (row.arguments as JsonObject) : {};
  return {
    tool: row.name,
    args: maskedPaths(args, [...row.maskedFields, ...(tool?.maskedFields ?? [])]).reduce<JsonObject>(
      (rest, path) => without(rest, path) as JsonObject,
      args,
    ),
    ...(tool ? { tier: tool.tier } : {}),
    ...(row.run.agent ? { agent: row.run.agent.name } : {}),
    metadata: jsonObject.catch({}).parse(row.run.metadata),
    ...(requester
      ? {
          requester: {
            text: requester.text.slice(0, 200),
            verified: requester.verified,
            ...(requester.person ? { groups: [...requester.person.groups] } : {}),
          },
        }
      : {}),
    at: row.createdAt.toISOString(),
    counts: {},
  };
}

// A masked member of a list stays as null: its place says which of the others is which.
function without(value: Json, [step, ...rest]: readonly PathStep[]): Json {
  if (step === undefined) return null;
  if (Array.isArray(value)) return value.map((item: Json, place) => (place === step ? without(item, rest) : item));
  if (!isJsonObject(value)) return value;
  const { [String(step)]: member, ...others } = value as JsonObject;
  if (member === undefined) return value;
  return rest.length === 0 ? others : { ...others, [String(step)]: without(member, rest) };
}
