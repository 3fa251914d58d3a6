import { afterAll, beforeAll, expect, test } from 'vitest';
import { listViews, removeView, saveView } from '@/lib/audit/saved-views';
import type { Person } from '@/lib/domain/person';
import { openWorkspace, type Workspace } from './people-fixture';

let workspace: Workspace;
let audra: Person;
let boss: Person;
beforeAll(async () => {
  workspace = await openWorkspace();
  [audra, boss] = [await workspace.person('auditor', 'Audra'), await workspace.person('admin', 'Boss')];
});
afterAll(() => workspace.close());

test('a view keeps the filter of an address, and nothing else of it', async () => {
  const { services } = workspace;
  await saveView(
    services,
    { name: ' Refusals ', query: 'outcome=refused&before=1-1&entry=x&who=me&surface=moon' },
    audra,
  );
  expect(await listViews(services, audra)).toMatchObject([{ name: 'Refusals', query: 'outcome=refused' }]);
  await saveView(services, { name: 'Refusals', query: 'outcome=failed&from=2026-01-01' }, audra);
  expect(await listViews(services, audra)).toMatchObject([{ query: 'outcome=failed&from=2026-01-01' }]);
});

test('views are one’s own, and only for those who read the history', async () => {
  const { services } = workspace;
  await saveView(services, { name: 'Mine', query: 'q=mine' }, audra);
  const mine = (await listViews(services, audra)).find(({ name }) => name === 'Mine');
  expect((await listViews(services, boss)).map(({ name }) => name)).not.toContain('Mine');
  await removeView(services, mine?.id ?? '', boss);
  expect((await listViews(services, audra)).map(({ name }) => name)).toContain('Mine');
  await removeView(services, mine?.id ?? '', audra);
  expect((await listViews(services, audra)).map(({ name }) => name)).not.toContain('Mine');
  const viewer = await workspace.person('viewer');
  await expect(listViews(services, viewer)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(saveView(services, { name: 'x', query: '' }, viewer)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(saveView(services, { name: '  ', query: '' }, audra)).rejects.toMatchObject({ code: 'invalid_input' });
});
