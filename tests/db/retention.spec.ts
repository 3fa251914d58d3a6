import { afterAll, beforeAll, expect, test } from 'vitest';
import { indexEntries } from '@/lib/audit/index-entries';
import { listAudit } from '@/lib/audit/queries';
import type { Person } from '@/lib/domain/person';
import { createPerson } from '@/lib/people/people';
import { changeRetention, previewRetention, retentionRules } from '@/lib/retention/rules';
import { findRun } from '@/lib/runs/queries';
import { openWorld, threeCalls, type World } from '@/tests/support/world';
import { aPassword, fromWeb } from './people-fixture';

const day = 24 * 3600_000;
const sixMonths = { events: 6, results: 6, steps: 6, personal: 6 };

let world: World;
let admin: Person;
let grace: Person;
beforeAll(async () => {
  world = await openWorld();
  const person = async (name: string, role: Person['role']) => {
    const input = { name, email: `${name.toLowerCase()}@example.com`, role, password: aPassword };
    const outcome = await createPerson(world.services, input, 'system', fromWeb);
    if (outcome.kind === 'refused') throw new Error(outcome.message);
    return outcome.person;
  };
  [admin, grace] = [await person('Ada', 'admin'), await person('Grace', 'reviewer')];
});
afterAll(() => world[Symbol.asyncDispose]());

async function finishedRun(): Promise<string> {
  const { run, approvals } = await world.paused(threeCalls);
  const [first, second, third] = approvals;
  if (!first || !second || !third) throw new Error('three calls expected');
  const hashOf = (approval: typeof first) => ({ callHash: approval.callHash });
  await world.vote(first, grace, { verdict: 'approve', arguments: null, note: null, ...hashOf(first) });
  await world.vote(second, grace, { verdict: 'answer', result: 'A secret answer', note: null, ...hashOf(second) });
  await world.vote(third, grace, { verdict: 'reject', reason: 'No.', next: 'stop', ...hashOf(third) });
  await world.settle();
  return run.id;
}

test('nothing is erased until somebody says so, and nothing sooner than after half a year', async () => {
  expect(await retentionRules(world.prisma)).toEqual({ events: null, results: null, steps: null, personal: null });
  await expect(changeRetention(world.services, { ...sixMonths, events: 5 }, admin, fromWeb)).rejects.toMatchObject({
    code: 'invalid_input',
  });
  await expect(changeRetention(world.services, sixMonths, grace, fromWeb)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(previewRetention(world.services, sixMonths, grace)).rejects.toMatchObject({ code: 'forbidden' });
});

test('what is older than the rules keep is counted before, erased after, and its record stays', async () => {
  const { services, prisma } = world;
  const old = await finishedRun();
  await indexEntries(services);
  expect((await listAudit(services, { text: 'grace', run: old }, { limit: 50 })).lines.length).toBeGreaterThan(0);
  world.advance(200 * day);
  const young = await finishedRun();
  const hashes = () =>
    prisma.approval.findMany({ select: { callHash: true, arguments: true }, orderBy: { id: 'asc' } });
  const hashesBefore = await hashes();
  const entriesBefore = await prisma.auditEntry.count();

  const counts = await previewRetention(services, sixMonths, admin);
  expect(counts).toMatchObject({ results: { count: 1, more: false }, steps: { count: 1, more: false } });
  expect(counts.events.count).toBeGreaterThan(0);
  expect(counts.personal.count).toBeGreaterThan(0);
  expect(await changeRetention(services, sixMonths, admin, fromWeb)).toEqual({ kind: 'done' });
  expect(await changeRetention(services, sixMonths, admin, fromWeb)).toEqual({ kind: 'unchanged' });
  await world.work();
  expect(world.failed).toEqual([]);

  const applied = (await listAudit(services, { action: 'retention.applied' }, { limit: 5 })).lines;
  expect(applied.map(({ facts }) => facts)).toEqual([
    { events: counts.events.count, results: 1, steps: 1, personal: counts.personal.count },
  ]);
  expect(await previewRetention(services, sixMonths, admin)).toMatchObject({
    events: { count: 0 },
    results: { count: 0 },
    steps: { count: 0 },
    personal: { count: 0 },
  });

  const dump = async (runId: string) =>
    JSON.stringify(
      await prisma.run.findUniqueOrThrow({
        where: { id: runId },
        include: {
          interactions: true,
          approvals: { include: { votes: true } },
          pauses: { include: { attempts: true } },
        },
      }),
    );
  expect(await dump(old)).not.toContain('A secret answer');
  expect(await dump(young)).toContain('A secret answer');
  expect((await prisma.interaction.findMany({ where: { runId: old } })).every(({ steps }) => `${steps}` === '')).toBe(
    true,
  );
  expect(await hashes()).toEqual(hashesBefore);
  expect(await findRun(services, old, admin)).toMatchObject({ id: old, erased: { steps: expect.any(Date) } });
  expect(await prisma.auditEntry.count()).toBe(entriesBefore + 2); // the change and what it erased
  expect((await listAudit(services, { text: 'grace', run: old }, { limit: 50 })).lines).toEqual([]);
  expect((await listAudit(services, { actor: grace.id, run: old }, { limit: 50 })).lines.length).toBeGreaterThan(0);
  expect((await listAudit(services, { text: 'grace', run: young }, { limit: 50 })).lines.length).toBeGreaterThan(0);
});
