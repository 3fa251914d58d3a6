import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { appendAudit } from '@/lib/audit/append';
import { indexEntries } from '@/lib/audit/index-entries';
import { countNewer, listAudit } from '@/lib/audit/queries';
import { hasUnsearched } from '@/lib/audit/search-store';
import type { AuditFilter } from '@/lib/domain/audit-search';
import type { Person } from '@/lib/domain/person';
import { fromWeb, openWorkspace, type Workspace } from './people-fixture';

let workspace: Workspace;
let ada: Person;
beforeAll(async () => {
  workspace = await openWorkspace();
  ada = await workspace.person('admin', 'Ada');
});
afterAll(() => workspace.close());
beforeEach(() => workspace.moveClock(60_000));

const tools = ['refund_order', 'send_email', "drop '\\ & | ! table"];

async function write(count: number, word: string): Promise<void> {
  for (let at = 0; at < count; at++) {
    workspace.moveClock(1000);
    const tool = tools[at % tools.length] ?? '';
    await appendAudit(workspace.prisma, workspace.services.now(), {
      action: at % 2 === 0 ? 'approval.viewed' : 'approval.undone',
      actor: { type: 'person', id: ada.id, name: `${word} ${at}` },
      targets: [{ type: 'tool', id: tool, name: tool }],
      context: at % 5 === 0 ? { surface: 'slack' } : fromWeb,
      facts: { tool },
    });
  }
}

/** Every line that fits, page by page, in both directions. */
async function walk(filter: AuditFilter, limit: number) {
  const { services } = workspace;
  const pages = [await listAudit(services, filter, { limit })];
  for (let last = pages.at(-1); last?.older; last = pages.at(-1)) {
    pages.push(await listAudit(services, filter, { limit, before: last.older }));
  }
  const back = [pages.at(-1)];
  for (let first = back.at(-1); first?.newer; first = back.at(-1)) {
    back.push(await listAudit(services, filter, { limit, after: first.newer }));
  }
  const ids = (all: typeof back) => all.flatMap((page) => page?.lines.map(({ id }) => id) ?? []);
  return { down: ids(pages), up: ids(back.toReversed()) };
}

const filters: AuditFilter[] = [
  {},
  { text: 'walk' },
  { text: 'walk 1' },
  { text: 'nowhere' },
  { tool: "drop '\\ & | ! table" },
  { text: "drop '\\ & | ! table" },
  { action: 'approval.viewed', surface: 'slack' },
  { outcome: 'undone', tool: 'refund_order' },
  { target: 'send_email', surface: 'web', text: 'walk' },
];

test('a search finds the same whether entries were made searchable, wait for it, or half of them do', async () => {
  const { services } = workspace;
  await write(30, 'walk');
  const answers = async () => Promise.all(filters.map((filter) => walk(filter, 7)));
  const waiting = await answers();
  await indexEntries(services);
  expect(await hasUnsearched(workspace.prisma)).toBe(false);
  expect(await answers()).toEqual(waiting);
  await write(10, 'walk');
  const half = await answers();
  await indexEntries(services);
  expect(await answers()).toEqual(half);
  for (const { down, up } of half) {
    expect(new Set(down).size).toBe(down.length);
    expect(up).toEqual(down); // the other way round, the same pages
  }
  expect(half[1]?.down).toHaveLength(40);
  expect(half[3]?.down).toEqual([]);
  expect(half[4]?.down).toHaveLength(13);
});

test('a page stays what it is while entries are written; how many are new is known', async () => {
  const { services } = workspace;
  await write(12, 'steady');
  const filter = { text: 'steady' };
  const first = await listAudit(services, filter, { limit: 5 });
  const [top] = first.lines;
  if (top === undefined || first.older === null) throw new Error('no page');
  await write(3, 'steady');
  const place = { at: top.occurredAt, sequence: top.sequence };
  expect(await countNewer(services, filter, place, 100)).toBe(3);
  expect(await countNewer(services, filter, place, 2)).toBe(2);
  const second = await listAudit(services, filter, { limit: 5, before: first.older });
  expect(second.lines.map(({ actor }) => actor.name)).toEqual([6, 5, 4, 3, 2].map((at) => `steady ${at}`));
  const again = await listAudit(services, filter, { limit: 5, after: second.newer });
  expect(again.lines.map(({ id }) => id)).toEqual(first.lines.map(({ id }) => id));
});

test('an entry of a transaction that is still open is not passed over', async () => {
  const { services, prisma } = workspace;
  await indexEntries(services);
  await prisma.$transaction(async (open) => {
    await appendAudit(open, services.now(), {
      action: 'run.seen',
      actor: { type: 'system', id: 'countersign', name: 'Countersign' },
      targets: [],
      context: { surface: 'worker' },
      facts: { reason: 'latecomer' },
    });
    await write(2, 'overtaking');
    await indexEntries(services);
    expect((await listAudit(services, { text: 'overtaking' }, { limit: 9 })).lines).toHaveLength(2);
  });
  expect((await listAudit(services, { text: 'latecomer' }, { limit: 9 })).lines).toHaveLength(1);
  await indexEntries(services);
  expect((await listAudit(services, { text: 'latecomer' }, { limit: 9 })).lines).toHaveLength(1);
  expect((await listAudit(services, { text: 'overtaking' }, { limit: 9 })).lines).toHaveLength(2);
});

test('a database restored into a server that counts transactions anew is searched on', async () => {
  const { services, prisma } = workspace;
  await indexEntries(services);
  const indexed = await prisma.auditSearch.count();
  await prisma.$executeRaw`update audit_search_place set tx_id = '9000000000'::xid8`;
  await write(2, 'restored');
  expect((await listAudit(services, { text: 'restored' }, { limit: 9 })).lines).toHaveLength(2);
  expect(await hasUnsearched(prisma)).toBe(true);
  await indexEntries(services);
  expect(await prisma.auditSearch.count()).toBe(indexed + 2);
  expect(await hasUnsearched(prisma)).toBe(false);
  expect((await listAudit(services, { text: 'restored' }, { limit: 9 })).lines).toHaveLength(2);
});
