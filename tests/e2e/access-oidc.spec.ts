import { type Browser, expect, type Page, test } from '@playwright/test';
import { execute } from '../../lib/launch/database.mjs';
import { addPerson, appUrl, database, newBrowser, signOut, typePassword } from './access-fixture';
import { type Directory, startProvider } from './oidc-provider';
import { expectAccessible, unique } from './review-fixture';
import { admin } from './servers';

const word = unique();
const directory: Directory = {};
let provider: Awaited<ReturnType<typeof startProvider>>;
test.beforeAll(async () => {
  provider = await startProvider(`${appUrl()}/sign-in/oidc/callback`, directory);
});
test.afterAll(async () => {
  await execute(database(), `delete from setting where key = 'sign_in.rules'`, []);
  await execute(database(), 'delete from oidc_service', []);
  await provider.stop();
});

async function signInAsAdmin(browser: Browser): Promise<Page> {
  const { page } = await newBrowser(browser);
  await typePassword(page, admin.email);
  await page.waitForURL('**/inbox');
  return page;
}

async function throughService(browser: Browser, login: string): Promise<Page> {
  const { page } = await newBrowser(browser);
  await page.getByRole('link', { name: 'Sign in with Test ID' }).click();
  await page.getByPlaceholder('Enter any login').fill(login);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  return page;
}

test('an admin sets a sign-in service up; people sign in with it, and their role follows its claims', async ({
  browser,
}) => {
  test.slow();
  const boss = await signInAsAdmin(browser);
  const group = `money-${word}`;
  await execute(database(), 'insert into person_group (id, name) values ($1, $1)', [group]);
  await boss.goto('/settings/sign-in');
  await boss.getByLabel('Name').fill('Test ID');
  await boss.getByLabel('Issuer').fill('http://127.0.0.1:1');
  await boss.getByLabel('Client ID').fill(provider.client.id);
  await boss.getByLabel('Client secret').fill(provider.client.secret);
  await boss.getByLabel('Roles from the claim').fill('approvers = reviewer\nbroken');
  await boss.getByRole('button', { name: 'Save' }).first().click();
  await expect(boss.getByText('Each line: a value, =, a role.')).toBeVisible();
  await boss.getByLabel('Roles from the claim').fill('approvers = reviewer');
  await boss.getByLabel('Groups from the claim').fill(`money = ${group}`);
  await boss.getByRole('button', { name: 'Save' }).first().click();
  await expect(boss.getByText('Saved')).toBeVisible();
  await boss.getByRole('button', { name: 'Test the service' }).click();
  await expect(boss.getByText('The service could not be asked.', { exact: false })).toBeVisible();

  // A service that is away keeps nobody out who has a password.
  const away = await newBrowser(browser);
  await away.page.getByRole('link', { name: 'Sign in with Test ID' }).click();
  await expect(away.page.getByText('The sign-in service does not answer.', { exact: false })).toBeVisible();
  await expectAccessible(away.page);
  await typePassword(away.page, admin.email);
  await away.page.waitForURL('**/inbox');

  await boss.getByLabel('Issuer').fill(provider.issuer);
  await boss.getByRole('button', { name: 'Save' }).first().click();
  await boss.getByRole('button', { name: 'Test the service' }).click();
  await expect(boss.getByText('The service answers and says all that is needed.', { exact: false })).toBeVisible();
  await expectAccessible(boss);

  const login = `olga-${word}`;
  const olga = { email: `${login}@access.example`, email_verified: true, name: `Olga ${word}` };
  directory[login] = { ...olga, groups: ['approvers', 'money'] };
  const page = await throughService(browser, login);
  await page.waitForURL('**/inbox');
  await page.goto('/account');
  await expect(page.getByText('Decides approvals.')).toBeVisible();
  await boss.goto('/people/groups');
  await expect(boss.getByRole('row').filter({ hasText: group })).toContainText(`Olga ${word}`);
  await signOut(page);

  directory[login] = { ...olga, groups: [] };
  const again = await throughService(browser, login);
  await again.waitForURL('**/inbox');
  await again.goto('/account');
  await expect(again.getByText('Sees runs and approvals; decides nothing.')).toBeVisible();

  const thief = `thief-${word}`;
  directory[thief] = { email: admin.email, email_verified: false, name: 'Thief' };
  const refused = await throughService(browser, thief);
  await expect(refused.getByText('has not verified your e-mail address', { exact: false })).toBeVisible();
});

test('through the service alone, a password opens nothing but for the admin who was chosen', async ({ browser }) => {
  const boss = await signInAsAdmin(browser);
  const { email } = await addPerson(`Sue${word}`, 'reviewer');
  await boss.goto('/settings/sign-in');
  const panel = boss.getByRole('region', { name: 'Through the service alone' });
  await panel.getByRole('switch').check();
  await panel.getByRole('button', { name: 'Save' }).click();
  await expect(boss.getByText('Choose at least one admin', { exact: false })).toBeVisible();
  await panel.getByRole('checkbox', { name: new RegExp(admin.email) }).check();
  await panel.getByRole('button', { name: 'Save' }).click();
  await expect(boss.getByText('Saved')).toBeVisible();
  const { page } = await newBrowser(browser);
  await expect(page.getByLabel('Password')).toBeHidden();
  await expectAccessible(page);
  await page.getByText('Other ways, for emergencies').click();
  await typePassword(page, email);
  await expect(page.getByText('people sign in with the account of their organisation', { exact: false })).toBeVisible();
  await typePassword(page, admin.email);
  await page.waitForURL('**/inbox');
});
