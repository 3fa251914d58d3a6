import type { Browser, BrowserContext, Page } from '@playwright/test';
import { execute } from '../../lib/launch/database.mjs';
import { admin } from './servers';

/** The address of the app under test, and its database. */
export const appUrl = () => process.env.E2E_APP_URL ?? '';
export const database = () => process.env.E2E_DATABASE_URL ?? '';

/** Adds a person with the admin's password, as it is stored: it carries its own salt. */
export async function addPerson(name: string, role: string): Promise<{ id: string; email: string }> {
  const id = `usr_${name.toLowerCase()}`;
  const email = `${name.toLowerCase()}@access.example`;
  await execute(
    database(),
    `insert into "user" (id, name, email, email_verified, role) values ($1, $2, $3, true, $4)`,
    [id, name, email, role],
  );
  await execute(
    database(),
    `insert into account (id, account_id, provider_id, user_id, password)
     select $1, $1, 'credential', $1, account.password from account join "user" on "user".id = account.user_id
     where "user".email = $2 and account.provider_id = 'credential'`,
    [id, admin.email],
  );
  return { id, email };
}

/** A browser of its own, at the sign-in page. */
export async function newBrowser(browser: Browser): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ baseURL: appUrl(), viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.goto('/sign-in');
  return { context, page };
}

/** Types address and password into the sign-in page. */
export async function typePassword(page: Page, email: string): Promise<void> {
  await page.getByLabel(/e-mail/i).fill(email);
  await page.getByLabel('Password').fill(admin.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Signs out and waits for the sign-in page. */
export async function signOut(page: Page): Promise<void> {
  const sidebar = page.getByRole('complementary', { name: 'Sidebar' });
  await sidebar.getByRole('button', { name: /reviewer|viewer|admin/i }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/sign-in');
}

/** Gives the browser a device that holds passkeys and always finds its owner. */
export async function withAuthenticator(context: BrowserContext, page: Page): Promise<void> {
  const devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}
