import { z } from 'zod';
import type { Transaction } from '@/lib/db';
import { type Hold, holdScopes } from '@/lib/domain/hold';

/** What is stopped now, everything first. */
export async function holdsInForce(tx: Transaction): Promise<readonly Hold[]> {
  const rows = await tx.hold.findMany({ orderBy: [{ scope: 'asc' }, { key: 'asc' }], take: 500 });
  return rows
    .map(({ scope, key, since, setBy, reason }) => ({
      scope: z.enum(holdScopes).parse(scope),
      key,
      since,
      by: setBy,
      reason,
    }))
    .sort((one, other) => Number(other.scope === 'everything') - Number(one.scope === 'everything'));
}

/**
 * What is stopped, for somebody who acts on it: until the transaction ends nothing is stopped or released. So when `hold` has
 * answered, nothing more is claimed or approved by a rule that did not see it. Many may look at the same time.
 */
export async function holdsForActing(tx: Transaction): Promise<readonly Hold[]> {
  await tx.$executeRaw`select pg_advisory_xact_lock_shared(hashtext('countersign.holds'))`;
  return holdsInForce(tx);
}

/** Waits for whoever acts on what is stopped, and keeps others from it until the transaction ends. */
export async function lockHolds(tx: Transaction): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('countersign.holds'))`;
}
