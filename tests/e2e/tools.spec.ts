import { expect, expectAccessible, expectNoSidewaysScroll, grant, test, unique } from './review-fixture';

test('a function is found, its fields are chosen from its schema, and its sentence is tried on past calls', async ({
  world,
}) => {
  await world.start([grant(`u-${unique()}`)]);
  const page = await world.open('ada', '/agents/tools');
  await page.getByRole('searchbox').fill('review_grant');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'review_grant' }).click();
  await expect(page.getByRole('list', { name: 'Fields' })).toContainText('token');
  await expect(page.getByRole('checkbox', { name: 'Mask token' })).toBeChecked();
  await expect(page.getByRole('table', { name: 'Recent calls' })).toBeVisible();
  const preview = page.getByRole('list', { name: 'Preview' }).getByRole('listitem').first();
  await page.getByRole('textbox', { name: 'Sentence' }).fill('Give {user} what {tokn} opens');
  await expect(page.getByText('No field is called tokn; there is token.')).toBeVisible();
  await expect(preview).toContainText('This call has no tokn, so it shows the function’s name.');
  await page.getByRole('textbox', { name: 'Sentence' }).fill('Give {user} what {token} opens');
  await expect(page.getByText('token is masked, so people read [masked] in its place.')).toBeVisible();
  await expect(preview).toContainText(/Give u-\w+ what \[masked\] opens/);
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  const narrow = await world.open('ada', '/agents/tools/review_grant', { width: 390, dark: true });
  await expectNoSidewaysScroll(narrow);
  await expectAccessible(narrow);
});

test('of two admins who change a function at once, the second is told and loses nothing of the first', async ({
  world,
}) => {
  const name = `probe_${unique()}`;
  const first = await world.open('ada', `/agents/tools/${name}?describe=1`);
  await first.getByRole('textbox', { name: 'Sentence' }).fill('Probe {card}');
  await first.getByLabel('Another field').fill('card');
  await first.keyboard.press('Enter');
  await first.getByRole('checkbox', { name: 'Mask card' }).check();
  await first.getByRole('button', { name: 'Describe the function' }).click();
  await expect(first.getByText('Saved. It counts for calls from now on.')).toBeVisible();

  const second = await world.open('ada', `/agents/tools/${name}`);
  await expect(second.getByRole('checkbox', { name: 'Mask card' })).toBeChecked();
  await second.getByRole('textbox', { name: 'Sentence' }).fill('What the second one typed');
  await first.getByRole('textbox', { name: 'Sentence' }).fill('What the first one saved');
  await first.getByRole('button', { name: 'Save' }).click();
  await expect(first.getByText('Version 2')).toBeVisible();
  await expect(second.getByText('Somebody else has changed this function')).toBeVisible();
  await expect(second.getByRole('textbox', { name: 'Sentence' })).toHaveValue('What the second one typed');
  await second.getByRole('button', { name: 'Save' }).click();
  await second.getByRole('button', { name: 'Load their version' }).click();
  await expect(second.getByRole('textbox', { name: 'Sentence' })).toHaveValue('What the first one saved');
});
