import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Person } from '@/lib/domain/person';
import { findRun, listRuns } from '@/lib/runs/queries';
import { minutes, noon, openShelf, type Shelf } from './queries-fixture';

let shelf: Shelf;
let ada: Person;
beforeAll(async () => {
  shelf = await openShelf();
  ada = await shelf.person('Ada', 'reviewer');
  await shelf.prisma.agent.create({ data: { id: 'agt_1', name: 'refund-desk', profile: {}, target: 'm' } });
  for (let count = 0; count < 120; count++) {
    await shelf.prisma.run.create({
      data: {
        id: `run_${String(count).padStart(4, '0')}`,
        agentId: count % 3 === 0 ? 'agt_1' : null,
        origin: 'started',
        status: count % 2 === 0 ? 'completed' : 'paused',
        token: `t${count}`,
        metadata: {},
        title: count === 7 ? '100% of Ada_s “money”' : `Question ${count}`,
        createdAt: minutes(Math.floor(count / 10)),
      },
    });
  }
});
afterAll(() => shelf.close());

const all = { status: null, agentId: null, text: null };

test('runs come newest first, each once, forwards and back', async () => {
  const first = await listRuns(shelf.services, { filter: all });
  const second = await listRuns(shelf.services, { filter: all, after: first.older ?? undefined });
  const third = await listRuns(shelf.services, { filter: all, after: second.older ?? undefined });
  const ids = [...first.rows, ...second.rows, ...third.rows].map((row) => row.id);
  expect(new Set(ids).size).toBe(120);
  expect([ids[0], ids.at(-1)]).toEqual(['run_0119', 'run_0000']);
  expect(third.older).toBeNull();
  const back = await listRuns(shelf.services, { filter: all, before: third.newer ?? undefined });
  expect(back.rows.map((row) => row.id)).toEqual(second.rows.map((row) => row.id));
});

test('they are filtered by status, agent and words, which are taken as they are', async () => {
  const only = async (filter: object) => (await listRuns(shelf.services, { filter: { ...all, ...filter } })).rows;
  expect((await only({ status: 'paused', agentId: 'agt_1' })).every((row) => row.agent === 'refund-desk')).toBe(true);
  expect(await only({ status: 'paused', agentId: 'agt_1' })).toHaveLength(20);
  expect(await only({ text: '% of ada_s' })).toMatchObject([{ id: 'run_0007' }]);
  expect(await only({ text: '%' })).toHaveLength(1);
});

test('a chain reads in order, each result once, below its call', async () => {
  const result = { decision: 'approved', executed: false };
  await shelf.prisma.run.create({
    data: {
      id: 'run_chain',
      origin: 'started',
      status: 'completed',
      token: 'chain',
      metadata: {},
      input: { input: 'Refund it' },
      profile: { model: 'm', tools: [] },
      title: 'Refund it',
      createdAt: noon,
    },
  });
  await shelf.prisma.interaction.create({
    data: {
      id: 'int_a',
      runId: 'run_chain',
      position: 0,
      status: 'requires_action',
      steps: [{ type: 'function_call', id: 'c1', name: 'refund', arguments: {} }],
    },
  });
  await shelf.prisma.pause.create({
    data: { id: 'pau_a', runId: 'run_chain', interactionId: 'int_a', resumeStatus: 'resumed', childId: 'int_b' },
  });
  await shelf.prisma.resumeAttempt.create({
    data: {
      id: 'att_a',
      pauseId: 'pau_a',
      number: 1,
      results: [{ callId: 'c1', name: 'refund', result }],
      startedAt: noon,
      finishedAt: noon,
      outcome: 'resumed',
    },
  });
  await shelf.prisma.interaction.create({
    data: {
      id: 'int_b',
      runId: 'run_chain',
      previousId: 'int_a',
      position: 1,
      status: 'completed',
      // The child begins with its parent's results, and calls again under the same id.
      steps: [
        { type: 'function_result', call_id: 'c1', name: 'refund', result },
        { type: 'function_call', id: 'c1', name: 'mail', arguments: {} },
        { type: 'function_result', call_id: 'c1', name: 'mail', result: 'sent' },
        { type: 'model_output', content: [{ type: 'text', text: 'Done.' }] },
      ],
    },
  });
  const run = await findRun(shelf.services, 'run_chain', ada);
  const told = run?.interactions.map(({ items }) =>
    items.map((item) => ('name' in item ? `${item.kind} ${item.name}` : item.kind)),
  );
  expect(told).toEqual([
    ['asked', 'called refund', 'answered refund'],
    ['called mail', 'answered mail', 'said'],
  ]);
});
