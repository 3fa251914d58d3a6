import { z } from 'zod';
import type { Transaction } from '@/lib/db';
import { isTier } from '@/lib/domain/tier';
import type { ToolSettings } from '@/lib/domain/tool';
import type { Tool } from '@/lib/generated/prisma/client';

/** What is known of these functions, by name; one that nobody described is not in the map. */
export async function toolSettings(
  tx: Transaction,
  names: readonly string[],
): Promise<ReadonlyMap<string, ToolSettings>> {
  const rows = await tx.tool.findMany({ where: { name: { in: [...new Set(names)] } } });
  return new Map(rows.map((row) => [row.name, toToolSettings(row)]));
}

/** A row as the domain knows it. Throws on a row that no code of ours could have written. */
export function toToolSettings(row: Tool): ToolSettings {
  if (!isTier(row.tier)) throw new Error(`Tool ${row.name} has tier ${row.tier}`);
  return {
    name: row.name,
    tier: row.tier,
    effectTemplate: row.effectTemplate,
    fulfilment: z.enum(['answer', 'manual']).parse(row.fulfilment),
    maskedFields: row.maskedFields,
    riskFields: row.riskFields,
    deadlineMinutes: row.deadlineMinutes,
    hideArgumentsInSlack: row.hideArgumentsInSlack,
  };
}

/** What is said of a function, locked until the transaction ends. Throws when nobody described it. */
export async function lockTool(tx: Transaction, name: string): Promise<ToolSettings> {
  await tx.$executeRaw`select 1 from tool where name = ${name} for update`;
  return toToolSettings(await tx.tool.findUniqueOrThrow({ where: { name } }));
}

export type SeenFunction = Readonly<{ name: string; seenAt: Date; calls: number }>;

/** Calls are counted up to here: more is many. */
export const mostCounted = 1_000;

/**
 * Every function that a call was ever stored of, with its latest call and how many there are, up to `mostCounted` and one.
 * Jumps from name to name along the index, so its cost is that of the names, however many calls there are.
 */
export async function seenFunctions(tx: Transaction, limit: number): Promise<readonly SeenFunction[]> {
  return tx.$queryRaw<SeenFunction[]>`
    with recursive seen(name) as (
      (select name from approval order by name limit 1)
      union all
      select (select approval.name from approval where approval.name > seen.name order by approval.name limit 1)
      from seen where seen.name is not null)
    select name, latest.created_at as "seenAt", (
      select count(*)::int from (
        select 1 from approval where approval.name = seen.name limit ${mostCounted + 1}) as counted) as calls
    from seen, lateral (
      select created_at from approval where approval.name = seen.name order by created_at desc, id desc limit 1) as latest
    where name is not null limit ${limit}`;
}

/** How many calls of a function there are, up to `mostCounted` and one. */
export async function callCount(tx: Transaction, name: string): Promise<number> {
  const rows = await tx.$queryRaw<{ calls: number }[]>`
    select count(*)::int as calls from (select 1 from approval where name = ${name} limit ${mostCounted + 1}) as counted`;
  return rows[0]?.calls ?? 0;
}
