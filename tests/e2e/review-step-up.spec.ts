import { type PasskeyAssertion, verifyPasskeyVote } from '@/lib/domain/proof/passkey-vote';
import { execute } from '../../lib/launch/database.mjs';
import { addPerson, newBrowser, typePassword, withAuthenticator } from './access-fixture';
import { expect, expectAccessible, grant, press, test, unique, wire } from './review-fixture';
import { admin } from './servers';

const database = () => process.env.E2E_DATABASE_URL ?? '';

test('what cannot be taken back asks for the password, once in five minutes', async ({ world, browser }) => {
  const { context, page } = await newBrowser(browser);
  const { id, email } = await addPerson(`Rita${unique()}`, 'reviewer');
  await typePassword(page, email);
  await page.waitForURL('**/inbox');
  await execute(database(), `update session set proved_at = now() - interval '1 hour' where user_id = $1`, [id]);
  const [first, second] = [await world.start([wire(unique())]), await world.start([wire(unique())])];
  await page.goto(`/approvals/${first.approvals[0]}`);
  const dock = page.getByRole('region', { name: 'Decide' });
  const approve = async () => {
    await page.getByRole('button', { name: 'Approve…' }).click();
    await dock.getByLabel('Why you approve it').fill('The invoice fits.');
  };
  await approve();
  await expectAccessible(page);
  await press(dock.getByRole('button', { name: 'Approve', exact: true }));
  await expect(dock.getByText('Type your password', { exact: false })).toBeVisible();
  await dock.getByLabel('Your password').fill('not the password');
  await press(dock.getByRole('button', { name: 'Approve', exact: true }));
  await expect(dock.getByText('The password is not right.', { exact: false })).toBeVisible();
  await dock.getByLabel('Your password').fill(admin.password);
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('One more person must agree.', { exact: false })).toBeVisible();
  await page.goto(`/approvals/${second.approvals[0]}`);
  await approve();
  await expect(dock.getByLabel('Your password')).toBeHidden();
  await press(dock.getByRole('button', { name: 'Approve', exact: true }));
  await expect(page.getByText('One more person must agree.', { exact: false })).toBeVisible();
  await context.close();
});

test('a passkey signs the very vote, and what it signed can be verified later', async ({ world, browser }) => {
  const { context, page } = await newBrowser(browser);
  await withAuthenticator(context, page);
  const { id, email } = await addPerson(`Paul${unique()}`, 'reviewer');
  await typePassword(page, email);
  await page.waitForURL('**/inbox');
  await page.goto('/account');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page.getByText('Passkey added')).toBeVisible();
  const run = await world.start([grant(unique())]);
  await page.goto(`/approvals/${run.approvals[0]}`);
  await page.getByRole('button', { name: 'Approve…' }).click();
  const dock = page.getByRole('region', { name: 'Decide' });
  await dock.getByRole('button', { name: 'Reveal token' }).click();
  await dock.getByLabel('Why you approve it').fill('She takes over.');
  await expect(dock.getByText('Your passkey confirms it', { exact: false })).toBeVisible();
  await press(dock.getByRole('button', { name: 'Approve', exact: true }));
  await expect(page.getByText('Decided by')).toBeVisible();
  await expect(page.getByText('confirmed with a passkey', { exact: false })).toBeVisible();
  const [row] = await execute(database(), 'select step_up from vote where user_id = $1', [id]);
  const kept = row?.step_up as { assertion: PasskeyAssertion } | undefined;
  if (kept === undefined) throw new Error('the vote is not on record');
  const { assertion } = kept;
  expect(await verifyPasskeyVote(assertion)).toEqual({ kind: 'valid' });
  const other = { ...assertion, statement: { ...assertion.statement, verdict: 'reject' as const } };
  expect(await verifyPasskeyVote(other)).toMatchObject({ kind: 'fault' });
  await context.close();
});
