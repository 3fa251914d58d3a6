import { expect, expectAccessible, test, unique } from './review-fixture';

test('an admin makes a group, chooses its members, renames and deletes it', async ({ world }) => {
  const name = `Finance ${unique()}`;
  const page = await world.open('ada', '/people/groups');
  await page.getByRole('button', { name: 'New group' }).first().click();
  await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Make the group' }).click();
  const row = page.getByRole('row').filter({ hasText: name });
  await expect(row).toContainText('Nobody');
  await row.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Choose the members' }).click();
  const dialog = page.getByRole('dialog', { name: `Members of ${name}` });
  await dialog.getByRole('searchbox').fill('grace.review');
  await dialog.getByRole('checkbox', { name: /Grace Hopper/ }).check();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(row).toContainText('Grace Hopper');
  await row.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(row).toHaveCount(0);
});
