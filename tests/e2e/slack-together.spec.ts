import { createHash, randomBytes } from 'node:crypto';
import { expect, type Locator, type Page, test } from '@playwright/test';
import pg from 'pg';
import { type ControlClient, createControlClient } from '../fakes/gemini/control-client';
import { defaults, type FakeSlack, startFakeSlack } from '../fakes/slack/server';
import { known } from '../fakes/slack/world';
import { sentProblems } from '../support/slack-sent';
import { ready, unique } from './review-fixture';
import { admin, type Servers, startServers } from './servers';

// An app of its own, since the shared one has no Slack. Marta decides in Slack; in the browser sits the admin, another person.
test.describe.configure({ timeout: 60_000 });
let slack: FakeSlack;
let servers: Servers;
let gemini: ControlClient;
let database: pg.Client;
let key: string;
let adminName: string;

test.beforeAll(async () => {
  slack = await startFakeSlack({ commands: ['/countersign'] });
  servers = await startServers({
    SLACK_BOT_TOKEN: defaults.token,
    SLACK_SIGNING_SECRET: defaults.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    RECONCILE_SECONDS: '0.5',
  });
  slack.configure({ url: servers.appUrl });
  gemini = createControlClient(servers.geminiUrl);
  database = new pg.Client({ connectionString: servers.databaseUrl });
  await database.connect();
  await expect
    .poll(async () => (await database.query(`select 1 from slack_installation where status = 'active'`)).rowCount)
    .toBe(1);
  const findAdmin = async () =>
    (await database.query('select name from "user" where email = $1', [admin.email])).rows[0]?.name;
  await expect.poll(findAdmin).toBeTruthy();
  adminName = await findAdmin();
  await database.query('update slack_installation set default_channel = $1', [known.approvals]);
  await database.query(
    `insert into tool (name, tier, masked_fields, risk_fields) values ('issue_refund', 1, '{}', '{}')`,
  );
  await addMarta();
  key = await makeKey();
});
test.afterAll(async () => {
  const problems = sentProblems(slack?.sent() ?? []);
  await database?.end();
  await servers?.stop();
  await slack?.close();
  expect(problems).toEqual([]);
});

/** A reviewer whose account in Slack is linked; a voter has no need to sign in there. */
async function addMarta(): Promise<void> {
  await database.query(
    `insert into "user" (id, name, email, email_verified, role)
     values ('usr_marta', 'Marta Ilves', 'marta@example.com', true, 'reviewer')`,
  );
  await database.query(
    `insert into slack_user_link (id, installation_id, slack_scope_id, slack_user_id, user_id, method, verified_at)
     select 'sll_marta', id, $1, $2, 'usr_marta', 'admin', now() from slack_installation`,
    [known.team, known.marta],
  );
}

async function makeKey(): Promise<string> {
  // Whoever starts a run does not decide it.
  await database.query(
    `insert into "user" (id, name, email, email_verified, role)
     values ('usr_developer', 'Developer', 'developer@example.com', true, 'reviewer')`,
  );
  const made = `csk_${randomBytes(32).toString('base64url')}`;
  await database.query(
    `insert into api_key (id, name, hash, prefix, scopes, user_id)
     values ('key_e2e', 'e2e', $1, $2, '{runs}', 'usr_developer')`,
    [createHash('sha256').update(made).digest('hex'), made.slice(0, 12)],
  );
  return made;
}

const reason = 'It was refunded yesterday.';

test('a rejection in Slack, with its reason and what comes next, shows in the browser', async ({ page, context }) => {
  const run = await startRun();
  const browser = await context.newPage();
  await openInBrowser(browser, run.approvalId);
  const message = await openInSlack(page, run.marker);
  await message.getByRole('button', { name: /^Reject/ }).click();
  const modal = page.getByRole('dialog', { name: 'Reject' });
  await modal.getByRole('textbox', { name: 'Reason' }).fill(reason);
  await modal.getByRole('radio', { name: /^Try differently/ }).check();
  await modal.getByRole('button', { name: 'Reject', exact: true }).click();
  const receipt = page.getByRole('dialog', { name: 'Recorded' });
  await expect(receipt).toContainText('Your rejection is recorded.');
  await receipt.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(receipt).toBeHidden();
  await expect(message).toContainText('Rejected: issue_refund');
  await expect(message.locator('.blocks').getByRole('button')).toHaveCount(0);

  // The page was open all the while.
  await expect(browser.getByRole('region', { name: 'Decide' }).getByText('by Marta Ilves')).toBeVisible();
  await expect(browser.getByText(reason).filter({ visible: true }).first()).toBeVisible();
  expect(await resumeOf(run)).toContain(reason);
  const { rows } = await database.query('select next, surface from vote where approval_id = $1', [run.approvalId]);
  expect(rows).toEqual([{ next: 'retry_differently', surface: 'slack' }]);
  await browser.goto(`${servers.appUrl}/inbox?tab=done`);
  await expect(
    browser.getByRole('region', { name: 'Requests' }).getByText('Rejected').filter({ visible: true }).first(),
  ).toBeVisible();
});

for (const { who, first } of [
  { who: 'Slack and the browser at the same moment', first: null },
  { who: 'Slack before the browser has heard of it', first: 'slack' },
  { who: 'the browser before Slack has heard of it', first: 'web' },
]) {
  test(`${who}: one decision, one resume, and both show the same`, async ({ page, context }) => {
    const run = await startRun();
    const message = await openInSlack(page, run.marker);
    await expect(message.getByRole('button', { name: /^Approve/ })).toBeVisible();
    const ts = (await message.getAttribute('data-ts')) ?? '';
    const notes = () => slack.ephemerals({ user: known.marta });
    const notesBefore = notes().length;
    const browser = await context.newPage();
    await browser.route('**/api/stream', (route) => route.abort()); // it must not hear of the other's decision first
    await openInBrowser(browser, run.approvalId);
    await browser.getByRole('button', { name: 'Reject' }).click();
    await browser.getByRole('textbox', { name: 'Reason' }).fill(reason);
    const dock = browser.getByRole('region', { name: 'Decide' });
    await expect(dock.getByRole('button', { name: 'Reject' })).toBeVisible();
    await browser.waitForTimeout(700); // a form that has just opened ignores the press of a double click

    const inSlack = () => clickAsPosted(ts);
    const inBrowser = () => dock.getByRole('button', { name: 'Reject' }).click();
    const voted = () =>
      expect
        .poll(
          async () => (await database.query('select 1 from vote where approval_id = $1', [run.approvalId])).rowCount,
        )
        .toBe(1);
    if (first === null) await Promise.all([inSlack(), inBrowser()]);
    else {
      await (first === 'slack' ? inSlack() : inBrowser());
      await voted();
      await (first === 'slack' ? inBrowser() : inSlack());
    }

    const told = await resumeOf(run);
    const { rows: votes } = await database.query('select verdict, surface from vote where approval_id = $1', [
      run.approvalId,
    ]);
    expect(votes).toHaveLength(1);
    const rejected = votes[0].verdict === 'reject';
    if (first !== null) expect(rejected).toBe(first === 'web');
    expect(votes[0].surface).toBe(rejected ? 'web' : 'slack');
    expect(told.includes(reason)).toBe(rejected);

    await expect(message).toContainText(rejected ? 'Rejected: issue_refund' : 'Approved: issue_refund');
    await expect(message.locator('.blocks').getByRole('button')).toHaveCount(0);
    // Each is told what came of their own press.
    await expect.poll(() => notes().length).toBe(notesBefore + 1);
    expect(JSON.stringify(notes().at(-1))).toContain(
      rejected ? 'Yours was not recorded.' : 'Your approval is recorded.',
    );
    if (!rejected) await expect(browser.getByRole('alert').getByText('Your rejection was not recorded.')).toBeVisible();
    await browser.reload();
    await expect(dock.getByText(rejected ? `by ${adminName}` : 'by Marta Ilves')).toBeVisible();
    await expect(dock.getByText(rejected ? 'Rejected' : 'Approved').first()).toBeVisible();
  });
}

/** Marta presses Approve on the message as it was first posted: her own Slack may be behind. */
async function clickAsPosted(ts: string): Promise<void> {
  const place = { user: known.marta, channel: known.approvals, ts };
  const act = await slack.click({ ...place, actionId: 'approval.approve', version: 0 });
  expect(act.accepted, act.notice ?? '').toBe(true);
}

type Run = Readonly<{ id: string; approvalId: string; interactionId: string; marker: string }>;

/** A run that waits for one call, started as an agent's developer does. */
async function startRun(): Promise<Run> {
  const marker = unique();
  const call = { name: 'issue_refund', arguments: { order: marker } };
  const parameters = { type: 'object', properties: { order: { type: 'string' } } };
  const answer = await fetch(`${servers.appUrl}/api/v1/runs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'gemini-3.8-flash',
      input: `@sim ${JSON.stringify({ calls: [call], final: 'Done.' })}`,
      tools: [{ type: 'function', name: call.name, parameters }],
      requester: 'rana@example.com',
    }),
  });
  if (answer.status !== 201) throw new Error(`The run was refused: ${await answer.text()}`);
  const { id, interaction_id: interactionId } = await answer.json();
  const find = async () => (await database.query('select id from approval where run_id = $1', [id])).rows[0]?.id;
  await expect.poll(find).toBeTruthy();
  return { id, approvalId: await find(), interactionId, marker };
}

/** What the one resume of a run told the model, once the run is over. */
async function resumeOf({ id, interactionId }: Run): Promise<string> {
  await expect
    .poll(async () => (await database.query('select status from run where id = $1', [id])).rows[0]?.status, {
      timeout: 20_000,
    })
    .toBe('completed');
  const resumes = await gemini.requests({ operation: 'resume', previousId: interactionId });
  expect(resumes).toHaveLength(1);
  expect((await gemini.stats()).branched).toEqual([]);
  return JSON.stringify(resumes[0]?.body);
}

/** A request's message on the Slack page, as Marta sees it. */
async function openInSlack(page: Page, marker: string): Promise<Locator> {
  await page.goto(slack.url);
  await page.getByText('approvals (private)').click();
  const message = page.getByRole('article').filter({ hasText: marker });
  await expect(message).toBeVisible();
  return message;
}

async function openInBrowser(page: Page, approvalId: string): Promise<void> {
  await page.goto(`${servers.appUrl}/approvals/${approvalId}`);
  await page.getByLabel('E-mail address').fill(admin.email);
  await page.getByLabel('Password').fill(admin.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL(`**/approvals/${approvalId}`);
  await ready(page);
}
