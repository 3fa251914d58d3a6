import { expect, expectAccessible, expectNoSidewaysScroll, note, test, unique } from './review-fixture';

test('lookups, steps, rotations and test cases are edited in forms, by keyboard, and are what the file says', async ({
  world,
}) => {
  test.setTimeout(180_000);
  await world.start([note(`called ${unique()}`)]);
  const page = await world.open('ada', '/policies');
  await page.getByRole('button', { name: 'New draft' }).click();
  await expect(page.getByRole('heading', { level: 1, name: /^Draft/ })).toBeVisible();
  const part = (name: string) => page.getByRole('radio', { name, exact: true });

  await part('Lookups').check({ force: true });
  await page.getByRole('button', { name: 'Add a lookup' }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('notes_hour');
  await page.getByRole('combobox', { name: 'Which' }).selectOption('allowed');
  await expect(page.getByText('How many earlier calls of the same function that were approved')).toBeVisible();
  await expectAccessible(page);

  await part('On call').check({ force: true });
  await page.getByRole('button', { name: 'Add a rotation' }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Nights');
  const people = page.getByRole('list', { name: 'People of Nights, in turn' });
  await page.getByRole('combobox', { name: 'People of Nights, in turn' }).selectOption({ index: 1 });
  await expect(people.getByRole('listitem')).toHaveCount(2);
  await people
    .getByRole('button', { name: /^Move .* down$/ })
    .first()
    .press('Enter');
  await page.getByLabel('The first shift begins').fill('2026-01-05T08:00');
  await expect(page.getByText(/^On call now: .*, until .*\. Next: /)).toBeVisible();
  await expectAccessible(page);

  await part('Rules').check({ force: true });
  await page.getByRole('button', { name: 'Edit', exact: true }).last().click();
  await expect(page.getByRole('textbox', { name: 'When' })).toHaveClass(/cm-content/);
  for (let step = 0; step < 2; step++) await page.getByRole('button', { name: 'Add a step' }).click();
  await page.getByRole('combobox', { name: 'Asked in step 1' }).selectOption('rotation Nights');
  await page.getByRole('combobox', { name: 'Asked in step 2' }).selectOption('person grace.review@example.com');
  await page.getByRole('button', { name: 'Ask those of step 2 earlier' }).press('Enter');
  await page.getByRole('combobox', { name: 'When time is out' }).selectOption('escalate');
  await expect(
    page.getByText(/After 30 min grace.review@example.com is asked too\. After 1 h whoever is on call in Nights/),
  ).toBeVisible();
  await expectAccessible(page);

  await part('Tests').check({ force: true });
  await page.getByRole('button', { name: 'From a past call' }).click();
  await page.getByRole('dialog').getByRole('searchbox').fill('review_post_note');
  await page.getByRole('list', { name: 'Past calls' }).getByRole('button').first().click();
  const cases = page.getByRole('list', { name: 'Test cases' });
  await expect(cases.getByText('Passes')).toBeVisible();
  await page.getByRole('combobox', { name: 'Outcome' }).selectOption('reject');
  await expect(cases.getByText('Fails')).toBeVisible();
  await page.getByRole('button', { name: 'Expect what it says now' }).click();
  await expect(cases.getByText('Passes')).toBeVisible();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);

  await part('YAML').check({ force: true });
  await expect(page.getByLabel('Policy as YAML')).toHaveValue(/notes_hour[\s\S]*rotations:[\s\S]*Nights[\s\S]*tests:/);
  await page.getByRole('button', { name: 'Save the draft' }).click();
  await expect(page.getByText('Draft saved')).toBeVisible();

  const narrow = await world.open('ada', page.url(), { width: 390, dark: true });
  for (const name of ['Lookups', 'On call', 'Tests', 'YAML', 'Rules']) {
    await narrow.getByRole('radio', { name, exact: true }).check({ force: true });
    await expectNoSidewaysScroll(narrow);
    await expectAccessible(narrow);
  }
  await page.getByRole('button', { name: 'Discard the draft' }).click();
  await page.getByRole('button', { name: 'Discard it' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Policies' })).toBeVisible();
});

test('the editor of a condition does nothing that the content security policy refuses', async ({ world }) => {
  const page = await world.open('ada', '/policies');
  const refused: string[] = [];
  // Not in a test with axe: it makes style elements of its own, which are refused.
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) refused.push(message.text());
  });
  await page.getByRole('button', { name: 'New draft' }).click();
  await page.getByRole('button', { name: 'Edit', exact: true }).last().click();
  const condition = page.getByRole('textbox', { name: 'When' });
  await expect(condition).toHaveClass(/cm-content/);
  await condition.fill('');
  await condition.pressSequentially('tool.na');
  await expect(page.getByRole('option', { name: /^name/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await condition.fill('arg.text == ""');
  await expect(page.getByText(/Unknown variable: arg, at character/)).toBeVisible();
  await page.reload();
  await page.getByRole('button', { name: 'Edit', exact: true }).last().click();
  await expect(condition).toHaveClass(/cm-content/);
  expect(refused).toEqual([]);
  await page.getByRole('button', { name: 'Discard the draft' }).click();
  await page.getByRole('button', { name: 'Discard it' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Policies' })).toBeVisible();
});
