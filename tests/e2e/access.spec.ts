import { expect, test } from '@playwright/test';
import { totpCode } from '@/lib/people/totp';
import { addPerson, newBrowser, signOut, typePassword, withAuthenticator } from './access-fixture';
import { expectAccessible, unique } from './review-fixture';

test('a passkey is added on the account page and signs in alone', async ({ browser }) => {
  const { context, page } = await newBrowser(browser);
  await withAuthenticator(context, page);
  const { email } = await addPerson(`Pia${unique()}`, 'reviewer');
  await typePassword(page, email);
  await page.waitForURL('**/inbox');
  await page.goto('/account');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByLabel('Name').fill('Laptop');
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page.getByText('Laptop')).toBeVisible();
  await expectAccessible(page);
  await signOut(page);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.waitForURL('**/inbox');
  await page.goto('/account');
  await page.getByRole('button', { name: 'Remove the passkey Laptop' }).click();
  await expect(page.getByText('Passkey removed')).toBeVisible();
  await signOut(page);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByText('This passkey is not known here any more.', { exact: false })).toBeVisible();
  await context.close();
});

test('an authenticator app asks for a code after the password, and a recovery code stands in for it', async ({
  browser,
}) => {
  const { context, page } = await newBrowser(browser);
  const { email } = await addPerson(`Tom${unique()}`, 'reviewer');
  await typePassword(page, email);
  await page.waitForURL('**/inbox');
  await page.goto('/account');
  await page.getByRole('button', { name: 'Set up' }).click();
  const dialog = page.getByRole('dialog', { name: 'Set up an authenticator app' });
  const secret = ((await dialog.locator('code').textContent()) ?? '').replaceAll(' ', '');
  await expectAccessible(page);
  await dialog.getByLabel('Code that the app shows now').fill('000000');
  await dialog.getByRole('button', { name: 'Turn on' }).click();
  await expect(dialog.getByText('The code is not right.', { exact: false })).toBeVisible();
  const step = () => Math.floor(Date.now() / 30_000);
  await dialog.getByLabel('Code that the app shows now').fill(totpCode(secret, step()));
  await dialog.getByRole('button', { name: 'Turn on' }).click();
  const kept = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
  await expect(kept).toHaveCount(10);
  const codes = await kept.allTextContents();
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await expect(page.getByText('10 recovery codes are left.', { exact: false })).toBeVisible();
  await signOut(page);

  await typePassword(page, email);
  await page.waitForURL('**/sign-in/second-step**');
  await expectAccessible(page);
  await page.goto('/inbox');
  await expect(page).toHaveURL(/\/sign-in\?next/); // half a sign-in opens nothing
  await typePassword(page, email);
  await page.getByLabel('Code').fill('000000');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByText('The code is not right.')).toBeVisible();
  await page.getByLabel('Code').fill(totpCode(secret, step() + 1)); // the present one may have been used to set it up
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL('**/inbox');
  await signOut(page);

  await typePassword(page, email);
  await page.getByLabel('Code').fill(codes[0] ?? '');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL('**/inbox');
  await context.close();
});

test('a role that needs a second factor adds one before anything else; an admin ends sessions at once', async ({
  browser,
}) => {
  const { context, page } = await newBrowser(browser);
  await withAuthenticator(context, page);
  const boss = await newBrowser(browser);
  await typePassword(boss.page, 'admin@example.com');
  await boss.page.waitForURL('**/inbox');
  const name = `Vic${unique()}`;
  const { id, email } = await addPerson(name, 'viewer');
  await boss.page.goto('/settings/sign-in');
  await boss.page.getByRole('checkbox', { name: /^Viewer/ }).check();
  await expect(boss.page.getByText('Saved')).toBeVisible();
  try {
    await typePassword(page, email);
    await page.waitForURL('**/second-factor');
    await page.goto('/runs');
    await page.waitForURL('**/second-factor');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.waitForURL('**/inbox');
    await signOut(page);
    await typePassword(page, email);
    await page.waitForURL('**/sign-in/second-step**');
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.waitForURL('**/inbox');
  } finally {
    await boss.page.getByRole('checkbox', { name: /^Viewer/ }).uncheck();
    await expect(boss.page.getByRole('checkbox', { name: /^Viewer/ })).not.toBeChecked();
  }
  await boss.page.goto(`/people/${id}`);
  await expect(boss.page.getByText('One passkey')).toBeVisible();
  await expectAccessible(boss.page);
  await boss.page.getByRole('button', { name: /^End the session/ }).click();
  await expect(boss.page.getByText('That session has ended.')).toBeVisible();
  await page.goto('/runs');
  await expect(page).toHaveURL(/\/sign-in/);
  await context.close();
  await boss.context.close();
});

test('an invited person chooses a password by a link that works once', async ({ browser }) => {
  const boss = await newBrowser(browser);
  await typePassword(boss.page, 'admin@example.com');
  await boss.page.waitForURL('**/inbox');
  const email = `ines-${unique()}@access.example`;
  await boss.page.goto('/people');
  await boss.page.getByRole('button', { name: 'Invite' }).click();
  await boss.page.getByLabel('E-mail address').fill(email);
  await expectAccessible(boss.page);
  await boss.page.getByRole('button', { name: 'Make the link' }).click();
  const link = (await boss.page.getByRole('status', { name: 'Link' }).textContent()) ?? '';
  await boss.page.getByRole('button', { name: 'Done' }).click();
  await expect(boss.page.getByRole('region', { name: 'Invited' })).toContainText(email);
  await expectAccessible(boss.page);
  const { context, page } = await newBrowser(browser);
  await page.goto(link);
  await expectAccessible(page);
  await page.getByLabel('Your name').fill('Ines');
  await page.getByLabel('Password').fill('short');
  await page.getByRole('button', { name: 'Accept' }).click();
  await expect(page.getByText('Use at least 10 characters.')).toBeVisible();
  await page.getByLabel('Password').fill('a long enough password');
  await page.getByRole('button', { name: 'Accept' }).click();
  await page.waitForURL('**/inbox');
  await page.goto(link);
  await expect(page.getByText('This invitation is not open any more')).toBeVisible();
  await expect(boss.page.getByRole('region', { name: 'Invited' }).getByText(email)).toHaveCount(0);
  await context.close();
  await boss.context.close();
});
