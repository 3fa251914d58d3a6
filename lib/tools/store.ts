import { z } from 'zod';
import type { Transaction } from '@/lib/db';
import type { ToolSettings } from '@/lib/domain/policy';
import { isTier } from '@/lib/domain/tier';
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
  };
}
