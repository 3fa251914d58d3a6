import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Comparison } from '@/lib/domain/policy/comparison';
import { policyDocument } from '@/lib/domain/policy/document';
import { countWindows } from '@/lib/domain/policy/windows';
import { runBacktest, startBacktest } from '@/lib/policies/backtest';
import { beginDraft, shadowDraft } from '@/lib/policies/drafts';
import { readCounts } from '@/lib/policies/lookups-store';
import { aPolicy, ask, letPass, stop } from '@/tests/support/policies';
import { openWorld, type World } from '@/tests/support/world';
import { publish } from './policy-fixture';
import { minutes, openShelf, type Shelf } from './queries-fixture';

const context = { surface: 'web' as const };
async function drafted(services: Parameters<typeof beginDraft>[0], rules: readonly unknown[], change = {}) {
  const made = await beginDraft(services, { document: aPolicy(rules, change), note: '' }, 'system', context);
  if (made.kind !== 'done') throw new Error(JSON.stringify(made));
  return made;
}

describe('a draft tried on past calls', () => {
  let shelf: Shelf;
  beforeAll(async () => {
    shelf = await openShelf();
    await shelf.prisma.tool.create({ data: { name: 'issue_refund', tier: 2, maskedFields: [], riskFields: [] } });
    for (const [place, amount] of [10, 20, 300, 40, 500, 'sixty'].entries()) {
      await shelf.approval({ name: 'issue_refund', arguments: { amount }, createdAt: minutes(place * 10) });
    }
    await publish(shelf.services, [letPass('args.amount < 100', 'Small'), ask('true', { tier: 2 }, 'Rest')]);
  });
  afterAll(() => shelf.close());

  const trial = async (rules: readonly unknown[], change = {}, calls = 1000): Promise<Comparison> => {
    const { version } = await drafted(shelf.services, rules, change);
    const id = await startBacktest(shelf.services, { version, calls }, 'system', context);
    await runBacktest(shelf.services, id ?? '');
    await runBacktest(shelf.services, id ?? ''); // a job comes at least once
    const row = await shelf.prisma.policyBacktest.findUniqueOrThrow({ where: { id: id ?? '' } });
    expect(row.status).toBe('done');
    return row.result as unknown as Comparison;
  };

  test('says how many would have gone elsewhere, whereto, and which', async () => {
    const result = await trial([
      letPass('args.amount < 30', 'Tiny'),
      stop('args.amount > 400', 'Huge'),
      ask('true', { tier: 2 }),
    ]);
    expect(result).toMatchObject({
      calls: 6,
      changed: 2,
      before: { approved: 3, rejected: 0, asked: 2, failed: 1 },
      after: { approved: 2, rejected: 1, asked: 2, failed: 1 },
    });
    expect(result.moves.map(({ from, to, way, calls }) => [from, to, way, calls])).toEqual(
      expect.arrayContaining([
        ['approved by “Small”', 'reviewed on tier 2 by one by “Ask”', 'stricter', 1],
        ['reviewed on tier 2 by one by “Rest”', 'rejected by “Huge”', 'stricter', 1],
      ]),
    );
    expect(result.moves[0]?.examples).toHaveLength(1);
  });

  test('of the same rules changes nothing, and looks no further back than it is told', async () => {
    const same = [letPass('args.amount < 100', 'Other name'), ask('true', { tier: 2 }, 'Too')];
    expect(await trial(same)).toMatchObject({ calls: 6, changed: 0, moves: [] });
    expect(await trial(same, {}, 2)).toMatchObject({ calls: 2, before: { asked: 1, failed: 1 } });
  });

  test('counts as the lookups would have', async () => {
    const lookups = { seen: { minutes: 25 } };
    const result = await trial([letPass('counts.seen < 2.0', 'First ones'), ask('true', {}, 'Later')], { lookups });
    expect(result.after).toMatchObject({ approved: 2, asked: 4 });
  });

  test('asks the windows what the database answers', async () => {
    const { lookups } = policyDocument.parse(
      aPolicy([], {
        lookups: {
          calls: { minutes: 25 },
          sum: { minutes: 45, sum: 'amount' },
          allowed: { minutes: 1000, of: 'allowed', within: 'requester' },
          by_run: { minutes: 1000, within: 'run' },
          by_agent: { minutes: 1000, within: 'agent' },
        },
      }),
    );
    const windows = countWindows(lookups);
    const rows = await shelf.prisma.approval.findMany({ include: { run: true }, orderBy: { createdAt: 'asc' } });
    for (const row of rows) {
      const subject = {
        tool: row.name,
        agentId: row.run.agentId,
        runId: row.runId,
        requester: row.run.requester,
        now: row.createdAt,
      };
      const past = {
        ...subject,
        arguments: row.arguments as never,
        at: row.createdAt,
        allowed: row.status !== 'rejected',
      };
      const stored = await readCounts(shelf.prisma, lookups, subject, row.id);
      expect(windows.read(past)).toEqual(stored);
      windows.add(past);
    }
  });
});

describe('a draft beside the policy in force', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  test('is evaluated and kept, and decides nothing', async () => {
    const at = await drafted(world.services, [stop('true', 'Nothing')]);
    await shadowDraft(world.services, { ...at, on: true }, 'system', context);
    const { approvals } = await world.paused({ calls: [{ name: 'issue_refund', arguments: { amount: 5 }, id: 'c' }] });
    expect(approvals[0]).toMatchObject({ state: { status: 'pending' }, requirement: { policyVersion: 1 } });
    expect(await world.prisma.policyShadow.findMany()).toMatchObject([
      {
        version: at.version,
        differs: true,
        said: 'rejected by “Nothing”',
        enforced: 'reviewed on tier 2 by one by “Unknown tool”',
      },
    ]);
  });

  test('cannot hold up what is in force, whatever is stored as the draft', async () => {
    await world.prisma.policyVersion.updateMany({ where: { shadow: true }, data: { document: { rules: 7 } } });
    const { approvals } = await world.paused({ calls: [{ name: 'issue_refund', arguments: {}, id: 'd' }] });
    expect(approvals[0]).toMatchObject({
      state: { status: 'pending' },
      requirement: { policyVersion: 1, problem: null },
    });
    expect(world.failed).toEqual([]);
  });
});
