import { expect, expectAccessible, expectNoSidewaysScroll, note, test, unique } from './review-fixture';

test('a draft is edited with completion and live problems, tried, published, and judges the next call', async ({
  world,
}) => {
  test.setTimeout(180_000);
  const page = await world.open('ada', '/policies');
  await expect(page.getByRole('heading', { name: /^In force: version/ })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'New draft' }).click();
  await expect(page.getByRole('heading', { level: 1, name: /^Draft/ })).toBeVisible();

  const word = unique();
  const name = `Probe ${word}`;
  await page.getByRole('button', { name: 'Add a rule' }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  const condition = page.getByRole('textbox', { name: 'When' });
  await expect(condition).toHaveClass(/cm-content/);
  await condition.fill('');
  await condition.pressSequentially('tool.na');
  await expect(page.getByRole('option', { name: /^name/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await condition.fill(`tool.name == "review_post_note" && arg.text == "${word}"`);
  await expect(page.getByText(/Unknown variable: arg, at character/)).toBeVisible();
  await condition.fill(`tool.name == "review_post_note" && args.text == "${word}"`);
  await expect(page.getByText(/Unknown variable/)).toHaveCount(0);
  await page.getByLabel('Then', { exact: true }).selectOption('reject');
  await page.getByLabel('Reason').fill('Not by a probe');
  await expect(page.getByText('it is rejected without asking: Not by a probe.')).toBeVisible();
  // The rule stands last, behind “Unknown tool”: it has to come first to be asked at all.
  for (let place = 7; place > 1; place--) await page.getByRole('button', { name: `Move ${name} up` }).click();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await page.getByRole('button', { name: 'Save the draft' }).click();
  await expect(page.getByText('Draft saved')).toBeVisible();
  await expect(page.getByRole('list', { name: 'Changes' }).getByText(name).first()).toBeVisible();

  await page.getByRole('button', { name: 'Try', exact: true }).click();
  await expect(page.getByText(/would have gone elsewhere/).first()).toBeVisible({ timeout: 60_000 });

  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await page.getByRole('button', { name: 'Publish it' }).click();
  await expect(page.getByRole('heading', { level: 1, name: /^Version/ })).toBeVisible();

  const { id } = await world.start([note(word)]);
  expect((await world.run(id)).approvals.map(({ status }) => status)).toEqual(['rejected']);

  const narrow = await world.open('ada', page.url(), { width: 390, dark: true });
  await expectNoSidewaysScroll(narrow);
  await expectAccessible(narrow);
});
