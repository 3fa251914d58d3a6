import { z } from 'zod';
import type { Transaction } from '@/lib/db';
import { type Hold, holdScopes } from '@/lib/domain/hold';

/** What is stopped now, everything first. */
export async function holdsInForce(tx: Transaction): Promise<readonly Hold[]> {
  const rows = await tx.hold.findMany({ orderBy: [{ scope: 'asc' }, { key: 'asc' }], take: 500 });
  return rows
    .map(({ scope, key, since, setBy }) => ({ scope: z.enum(holdScopes).parse(scope), key, since, by: setBy }))
    .sort((one, other) => Number(other.scope === 'everything') - Number(one.scope === 'everything'));
}
