import { createHash, randomBytes } from 'node:crypto';
import { expect, type Page, test } from '@playwright/test';
import pg from 'pg';
import { defaults, type FakeSlack, startFakeSlack } from '../fakes/slack/server';
import { known } from '../fakes/slack/world';
import { sentProblems } from '../support/slack-sent';
import { press } from './review-fixture';
import { admin, type Servers, startServers } from './servers';

// An app of its own, since the shared one has no Slack.
test.describe.configure({ mode: 'serial' });
let slack: FakeSlack;
let servers: Servers;
let database: pg.Client;

test.beforeAll(async () => {
  slack = await startFakeSlack({ commands: ['/countersign'] });
  servers = await startServers({
    SLACK_BOT_TOKEN: defaults.token,
    SLACK_SIGNING_SECRET: defaults.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    RECONCILE_SECONDS: '0.5',
  });
  slack.configure({ url: servers.appUrl });
  database = new pg.Client({ connectionString: servers.databaseUrl });
  await database.connect();
  await expect
    .poll(async () => (await database.query(`select 1 from slack_installation where status = 'active'`)).rowCount)
    .toBe(1);
  await database.query('update slack_installation set default_channel = $1', [known.approvals]);
});
test.afterAll(async () => {
  const problems = sentProblems(slack?.sent() ?? []);
  await database?.end();
  await servers?.stop();
  await slack?.close();
  expect(problems).toEqual([]);
});

async function signIn(page: Page, next = '/inbox'): Promise<void> {
  await page.goto(`${servers.appUrl}${next}`);
  await page.getByLabel('E-mail address').fill(admin.email);
  await page.getByLabel('Password').fill(admin.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** A run that waits for one call, started as an agent's developer does. */
async function startRun(amount: number): Promise<void> {
  // Whoever starts a run does not decide it.
  await database.query(
    `insert into "user" (id, name, email, email_verified, role)
     values ('usr_developer', 'Developer', 'developer@example.com', true, 'reviewer') on conflict do nothing`,
  );
  const key = `csk_${randomBytes(32).toString('base64url')}`;
  await database.query(
    `insert into api_key (id, name, hash, prefix, scopes, user_id) values ($1, 'e2e', $2, $3, '{runs}', $4)`,
    [`key_${amount}`, createHash('sha256').update(key).digest('hex'), key.slice(0, 12), 'usr_developer'],
  );
  const answer = await fetch(`${servers.appUrl}/api/v1/runs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'gemini-3.8-flash',
      input: `@sim ${JSON.stringify({ calls: [{ name: 'issue_refund', arguments: { amount } }], final: 'Done.' })}`,
      tools: [
        {
          type: 'function',
          name: 'issue_refund',
          parameters: { type: 'object', properties: { amount: { type: 'number' } } },
        },
      ],
      requester: 'rana@example.com',
    }),
  });
  expect(answer.status, await answer.text()).toBe(201);
}

test('an account is linked by the command and a confirmation in the browser', async ({ page }) => {
  const act = await slack.slash({ user: known.marta, channel: known.general, command: '/countersign', text: 'link' });
  const path = JSON.stringify(act.json).match(/\/slack\/link\?token=[\w-]+/)?.[0] ?? '';
  await signIn(page, path);
  await expect(page.getByText('Marta Ilves')).toBeVisible();
  await page.getByRole('button', { name: 'Link these accounts' }).click();
  await expect(page.getByText('counts as your vote from now on')).toBeVisible();
});

test('a request is approved on the Slack page, and the inbox and the message show it', async ({ page, context }) => {
  await startRun(25);
  await page.goto(slack.url);
  await page.getByText('approvals (private)').click();
  await expect(page.getByText('Approval needed: issue_refund')).toBeVisible();
  await page
    .getByRole('button', { name: /^Approve/ })
    .last()
    .click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Approve issue_refund?');
  await dialog.getByRole('button', { name: 'Approve' }).click();
  await expect(page.getByText('Your approval is recorded.')).toBeVisible();
  await expect(page.getByText('Approved: issue_refund')).toBeVisible();

  const browser = await context.newPage();
  await signIn(browser, '/inbox?tab=done');
  await expect(
    browser
      .getByText(/Approved/)
      .filter({ visible: true })
      .first(),
  ).toBeVisible();
});

test('a request that is decided in the browser loses its buttons in Slack', async ({ page }) => {
  await startRun(30);
  await expect.poll(() => slack.messages(known.approvals).length).toBe(2);
  const id = (await database.query(`select id from approval where status = 'pending'`)).rows[0].id;
  await signIn(page, `/approvals/${id}`);
  await page.getByRole('button', { name: 'Approve…' }).click();
  await press(page.getByRole('button', { name: 'Approve', exact: true }));
  await expect
    .poll(() => JSON.stringify(slack.messages(known.approvals).at(-1)?.blocks), { timeout: 10_000 })
    .toContain('Approved: issue_refund');
  expect(JSON.stringify(slack.messages(known.approvals).at(-1)?.blocks)).not.toContain('approval.approve');
});
