import { readFile } from 'node:fs/promises';
import { execute } from '../../lib/launch/database.mjs';
import { database } from './access-fixture';
import { expect, expectAccessible, expectNoSidewaysScroll, grant, note, test, unique } from './review-fixture';

test('the history is searched, and what is shown stands in the address', async ({ world }) => {
  const run = await world.start([grant(unique())]);
  const page = await world.open('ada', `/audit?run=${run.id}`);
  const table = page.getByRole('table', { name: 'History' });
  await expect(table.getByText('asked for approval of review_grant')).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('asked grant');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/q=asked\+grant/);
  await expect(table.getByRole('row')).toHaveCount(2);
  await page.getByLabel('Outcome').selectOption('refused');
  await expect(page.getByText('No entry fits')).toBeVisible();
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect(page).toHaveURL(/\/audit$/);
});

test('an entry opens beside the list by keyboard, goes on to its neighbours and gives the focus back', async ({
  world,
}) => {
  const run = await world.start([note(unique())]);
  const page = await world.open('ada', `/audit?run=${run.id}`);
  const links = page.getByRole('table', { name: 'History' }).getByRole('link');
  await expect(links.first()).toBeVisible();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  const drawer = page.getByRole('dialog');
  await expect(drawer.getByText('From where')).toBeVisible();
  await expect(page).toHaveURL(/entry=aud_/);
  const title = await drawer.getByRole('heading').first().textContent();
  await page.keyboard.press('j');
  await expect(drawer.getByRole('heading').first()).not.toHaveText(title ?? '');
  await expect(drawer.getByRole('button', { name: 'Previous' })).toBeEnabled();
  await drawer.getByText('Raw', { exact: true }).click();
  await expectAccessible(page);
  const shared = page.url();
  await page.keyboard.press('Escape');
  await expect(drawer).toBeHidden();
  await expect(page).not.toHaveURL(/entry=/);
  await expect(links.nth(1)).toBeFocused();
  await page.goto(shared);
  await expect(drawer.getByText('From where')).toBeVisible();
});

test('what comes in the meantime waits behind a button; the list stays where it is', async ({ world }) => {
  const page = await world.open('ada', '/audit?action=approval.opened');
  const rows = page.getByRole('table', { name: 'History' }).getByRole('row');
  await world.start([note(unique())]);
  await page.reload();
  await expect(rows.nth(1)).toBeVisible();
  const first = await rows.nth(1).getAttribute('data-entry');
  await world.start([note(unique())]);
  await page.getByRole('button', { name: /new$/ }).click({ timeout: 20_000 });
  await expect(rows.nth(1)).not.toHaveAttribute('data-entry', first ?? '');
});

test('a filter is kept under a name, for oneself', async ({ world }) => {
  const name = unique();
  const page = await world.open('ada', '/audit?outcome=refused');
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByLabel('Name of the view').fill(name);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('link', { name })).toBeVisible();
  await page.goto('/audit');
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('link', { name }).click();
  await expect(page).toHaveURL(/outcome=refused/);
});

test('what the filter shows is exported as a file, and that is on record', async ({ world }) => {
  const run = await world.start([note(unique())]);
  const page = await world.open('ada', `/audit?run=${run.id}`);
  await page.getByRole('button', { name: 'Export' }).click();
  const dialog = page.getByRole('dialog');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Export' }).click();
  const saving = page.waitForEvent('download');
  await dialog.getByRole('link', { name: 'Save the file' }).click();
  const file = await saving;
  expect(file.suggestedFilename()).toMatch(/^countersign-audit-.*\.jsonl$/);
  const lines = (await readFile(await file.path(), 'utf8')).trimEnd().split('\n');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ format: 'countersign-audit/1' });
  expect(lines.some((line) => line.includes(run.id))).toBe(true);
  await page.goto('/audit?action=audit.exported');
  await expect(page.getByRole('table', { name: 'History' }).getByRole('row').nth(1)).toBeVisible();
});

test('the log is signed on demand, and each entry is proved', async ({ world }) => {
  await world.start([note(unique())]);
  const page = await world.open('ada', '/audit');
  await page.getByRole('button', { name: 'Verify integrity' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Write a checkpoint' }).click();
  await expect(dialog.getByText(/^Signed at \d+ entries\.$/)).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.goto('/audit?action=approval.opened');
  await page.getByRole('table', { name: 'History' }).getByRole('link').first().click();
  await expect(dialog.getByText('The leaf leads to the root')).toBeVisible();
});

test('from a checkpoint that somebody kept, the log is proved to have only grown', async ({ world }) => {
  await world.start([note(unique())]);
  const page = await world.open('ada', '/audit');
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Verify integrity' }).click();
  await dialog.getByRole('button', { name: 'Write a checkpoint' }).click();
  await expect(dialog.getByText(/^Signed at \d+ entries\.$/)).toBeVisible();
  const [kept] = await execute(database(), 'select jws from audit_checkpoint order by id limit 1', []);
  const open = (text: string) =>
    dialog
      .getByLabel('A checkpoint that you kept')
      .setInputFiles({ name: 'kept.jws', mimeType: 'text/plain', buffer: Buffer.from(text) });
  await open('not a checkpoint');
  await expect(dialog.getByText('This is no checkpoint that we signed.')).toBeVisible();
  await open(`${kept?.jws}\n`);
  await expect(dialog.getByText(/^The first [\d,]+ of [\d,]+ entries are still those$/)).toBeVisible();
  await expectAccessible(page);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('link', { name: 'Save the proof' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^countersign-proof-\d+-\d+\.json$/);
  expect(JSON.parse(await readFile(await download.path(), 'utf8'))).toMatchObject({
    format: 'countersign-consistency/1',
    older: kept?.jws,
  });
});

test('whoever may not read the history is told so', async ({ world }) => {
  const page = await world.open('vera', '/audit');
  await expect(page.getByText('The audit history: not for your role')).toBeVisible();
  expect((await page.request.get('/audit/new?since=0-0')).status()).toBe(403);
  expect((await page.request.get('/audit/entries/aud_00000000000000000000000000')).status()).toBe(403);
});

for (const width of [390, 320]) {
  test(`on a phone of ${width} px the entry takes the whole page and nothing scrolls sideways`, async ({ world }) => {
    await world.start([grant(unique())]);
    const page = await world.open('ada', '/audit', { width });
    await expectNoSidewaysScroll(page);
    await page.getByRole('table', { name: 'History' }).getByRole('link').first().click();
    const drawer = page.getByRole('dialog');
    await expect(drawer.getByText('From where')).toBeVisible();
    await expect.poll(async () => (await drawer.boundingBox())?.x).toBe(0);
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Filters' }).click();
    await expectNoSidewaysScroll(page);
  });
}

test('the whole history is verified on demand, and what it found is told', async ({ world }) => {
  const page = await world.open('ada', '/audit');
  await page.getByRole('button', { name: 'Verify integrity' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Verify everything' }).click();
  await expect(dialog.getByText('Nothing was changed, removed or moved')).toBeVisible({ timeout: 30_000 });
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(page.getByText(/^Verified /)).toBeVisible();
});
