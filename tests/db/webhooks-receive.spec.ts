import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Delivery, receiveDelivery } from '@/lib/webhooks/receive';
import { openWorkspace, type Workspace } from './people-fixture';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace();
});
afterAll(() => workspace.close());

test('deliveries that arrive together are each stored once and queued once, bytes as received', async () => {
  const deliveries = Array.from({ length: 150 }, (_, index) => aDelivery(`together-${index}`));
  await Promise.all(deliveries.map((delivery) => receiveDelivery(workspace.services, delivery)));

  const stored = await workspace.prisma.webhookEvent.findMany({ where: { id: { startsWith: 'together-' } } });
  expect(stored).toHaveLength(150);
  const found = stored.find(({ id }) => id === 'together-7');
  expect(found).toMatchObject({ type: 'interaction.requires_action', interactionId: 'of-together-7', scheme: 'v1' });
  expect(Buffer.from(found?.rawBody ?? []).toString()).toBe(bodyOf('together-7'));
  expect(found?.headers).toEqual({ 'webhook-id': 'together-7' });
  expect(await jobsFor('together-')).toHaveLength(150);
});

test('the same delivery several times, together and later, is stored and queued once', async () => {
  const again = () => receiveDelivery(workspace.services, aDelivery('again-1'));
  await Promise.all([again(), again(), receiveDelivery(workspace.services, aDelivery('again-2')), again()]);
  await again();
  expect(await workspace.prisma.webhookEvent.count({ where: { id: { startsWith: 'again-' } } })).toBe(2);
  expect((await jobsFor('again-')).sort()).toEqual(['again-1', 'again-2']);
});

test('one delivery that the database refuses does not take the others with it', async () => {
  const outcomes = await Promise.allSettled(
    // PostgreSQL's text has no NUL; the signature check lets no such id through.
    ['others-1', 'others-\0', 'others-2', 'others-3'].map((id) => receiveDelivery(workspace.services, aDelivery(id))),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  expect((await jobsFor('others-')).sort()).toEqual(['others-1', 'others-2', 'others-3']);
});

test('while the database is away each of them fails, and none is kept for later', async () => {
  const other = await openWorkspace();
  await other.services.db.pool.end();
  const outcomes = await Promise.allSettled(
    ['away-1', 'away-2'].map((id) => receiveDelivery(other.services, aDelivery(id))),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await other.close();
});

const bodyOf = (id: string): string =>
  JSON.stringify({ type: 'interaction.requires_action', data: { id: `of-${id}` }, note: 'ü {"}\\' });

function aDelivery(id: string): Delivery {
  return {
    verification: { ok: true, scheme: 'v1', webhookId: id },
    headers: new Headers({ 'webhook-id': id.replace('\0', ''), authorization: 'not to be kept' }),
    rawBody: new TextEncoder().encode(bodyOf(id)),
    runToken: null,
  };
}

async function jobsFor(prefix: string): Promise<string[]> {
  const { rows } = await workspace.services.db.pool.query<{ id: string }>(
    `select payload->>'eventId' as id from graphile_worker._private_jobs
     where payload->>'eventId' like $1 || '%' and max_attempts = 10`,
    [prefix],
  );
  return rows.map(({ id }) => id);
}
