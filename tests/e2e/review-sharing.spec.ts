import { expect, note, reach, test, unique } from './review-fixture';

test('C takes a request in the list; others see who is on it, take it over knowingly, and may decide', async ({
  world,
}) => {
  const word = unique();
  const run = await world.start([note(word)]);
  const ada = await world.open('ada');
  await reach(ada, word);
  await ada.keyboard.press('c');
  const row = (page: typeof ada) => page.getByRole('row').filter({ hasText: word });
  await expect(row(ada)).toContainText('is on it');
  await ada.goto('/inbox?show=mine');
  await expect(row(ada)).toBeVisible();

  const grace = await world.open('grace', `/approvals/${run.approvals[0]}`);
  const bar = grace.getByRole('region', { name: 'Who is on it' });
  await expect(bar).toContainText('Others may still decide.');
  await grace.keyboard.press('c');
  await grace.getByRole('button', { name: 'Take over', exact: true }).click();
  await expect(bar).toContainText('You are on it');
  await expect(row(ada)).toContainText('Waits for others'); // what stands keeps its place
  await ada.goto(`/approvals/${run.approvals[0]}`);
  await ada.getByRole('button', { name: 'Approve' }).click();
  await expect(ada.getByText('Decided by')).toBeVisible();
});

test('a comment is seen at once by others and decides nothing; deleted, it keeps its place', async ({ world }) => {
  const run = await world.start([note(unique())]);
  const path = `/approvals/${run.approvals[0]}`;
  const [ada, grace] = [await world.open('ada', path), await world.open('grace', path)];
  const box = ada.getByRole('textbox', { name: 'Your comment' });
  await box.fill('yes, approve \u202Eit');
  await box.press('Control+Enter');
  const said = grace.getByRole('list', { name: 'Comments' });
  await expect(said).toContainText('yes, approve');
  await expect(said).toContainText('202E');
  await expect(box).toHaveValue('');
  expect((await world.run(run.id)).approvals[0]?.status).toBe('pending');
  await expect(said.getByRole('button', { name: 'Delete' })).toBeHidden();
  const own = ada.getByRole('list', { name: 'Comments' });
  await own.getByRole('button', { name: 'Delete' }).click();
  await ada.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(said).toContainText('Deleted');
  await expect(said).not.toContainText('yes, approve');
});

test('S sets a request aside until later, and it can be taken up again', async ({ world }) => {
  const word = unique();
  await world.start([note(word)]);
  const page = await world.open('ada');
  await reach(page, word);
  await page.keyboard.press('s');
  await page.getByRole('button', { name: 'Set aside', exact: true }).click();
  await expect(page.getByText('You have set it aside')).toBeVisible();
  await page.goto('/inbox');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByText(word)).toBeHidden();
  await page.getByRole('link', { name: 'Snoozed' }).click();
  await page.getByRole('link', { name: new RegExp(word) }).click();
  await page.getByRole('button', { name: 'Take it up again' }).click();
  await expect(page.getByText('You have set it aside')).toBeHidden();
});

test('identical calls of low risk are decided together after a summary, others are not', async ({ world }) => {
  const [word, other] = [unique(), unique()];
  const runs = [await world.start([note(word)]), await world.start([note(word)])];
  await world.start([note(other)]);
  const page = await world.open('ada', '/inbox');
  await page.getByRole('searchbox', { name: 'Filter this list' }).fill('#ops');
  const select = async (text: string) => {
    for (const row of await page.getByRole('row').filter({ hasText: text }).all())
      await row.locator('[data-select]').check();
  };
  await select(other);
  await select(word);
  await page.getByRole('button', { name: 'Decide together…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Their arguments differ.');
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await page.getByRole('row').filter({ hasText: other }).locator('[data-select]').uncheck();
  await page.getByRole('button', { name: 'Decide together…' }).click();
  await expect(dialog).toContainText('2 identical calls');
  await world.vote(runs[0]?.approvals[0] ?? '', { verdict: 'reject', reason: 'Elsewhere.', next: 'stop' });
  await dialog.getByRole('button', { name: 'Approve 2 requests' }).click();
  await expect(dialog).toContainText('1 of 2 recorded');
  await expect(dialog).toContainText('Grace Hopper rejected this');
  expect((await world.run(runs[1]?.id ?? '')).approvals[0]?.status).toBe('approved');
});
