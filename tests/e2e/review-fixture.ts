import { createHash, randomBytes } from 'node:crypto';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, test as base, expect, type Locator, type Page } from '@playwright/test';
import { execute } from '../../lib/launch/database.mjs';
import { type ControlClient, createControlClient } from '../fakes/gemini/control-client';
import { admin, webhookSecret } from './servers';

/** Who reviews in these tests. Ada is the admin of the app under test; all share her password. */
export type Who = 'ada' | 'grace' | 'vera';

export type Call = { name: string; arguments: Record<string, unknown> };
export type StartedRun = { id: string; approvals: string[]; pauseId: string };

/** The app under test with people, tools and runs in it. */
export type World = {
  gemini: ControlClient;
  /** A page of a browser of its own, signed in. `live: false` cuts the page off from changes made elsewhere. */
  open(who: Who, path?: string, options?: { live?: boolean; width?: number; dark?: boolean }): Promise<Page>;
  /** Starts a run whose agent makes these calls at once, and waits for its approvals, in the order of the calls. */
  start(calls: readonly Call[], options?: { requester?: string; say?: string; final?: string }): Promise<StartedRun>;
  /** Votes through the API, as Grace. */
  vote(approvalId: string, body: Record<string, unknown>): Promise<number>;
  /** Everybody signed in, and proved that it is them, long ago. */
  forgetProofs(): Promise<void>;
  run(id: string): Promise<{ status: string; approvals: { id: string; status: string }[] }>;
};

export const test = base.extend<{ world: World }, { shared: Shared }>({
  shared: [
    async ({ browser }, use) => {
      await use(await prepare(browser));
    },
    { scope: 'worker' },
  ],
  world: async ({ browser, shared }, use) => {
    const contexts: BrowserContext[] = [];
    await use({
      gemini: shared.gemini,
      async open(who, path = '/inbox', options = {}) {
        const context = await browser.newContext({
          baseURL: appUrl(),
          storageState: shared.sessions[who],
          viewport: { width: options.width ?? 1280, height: 900 },
          colorScheme: options.dark ? 'dark' : 'light',
        });
        contexts.push(context);
        if (options.live === false) await context.route('**/api/stream', (route) => route.abort());
        const page = await context.newPage();
        await page.goto(path);
        await ready(page);
        return page;
      },
      start: (calls, options) => start(shared, calls, options),
      async vote(approvalId, body) {
        const { call_hash } = await api(shared.graceKey, 'GET', `/api/v1/approvals/${approvalId}`).then((r) =>
          r.json(),
        );
        const path = `/api/v1/approvals/${approvalId}/votes`;
        return (await api(shared.graceKey, 'POST', path, { call_hash, ...body })).status;
      },
      forgetProofs: async () => {
        await execute(database(), `update session set proved_at = now() - interval '1 hour'`, []);
      },
      run: async (id) => (await api(shared.graceKey, 'GET', `/api/v1/runs/${id}`)).json(),
    });
    await Promise.all(contexts.map((context) => context.close()));
  },
});

export { expect };

/** Waits until the page acts: only then do moments carry the reader's own time. */
export async function ready(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('time:not([title])') === null);
}

/** Presses a button of a form that has just opened, once the moment has passed in which it ignores every press. */
export async function press(button: Locator): Promise<void> {
  await expect(button).toHaveAttribute('type', 'submit'); // the form's, not the one that opened it
  await button.page().waitForTimeout(550);
  await button.click();
}

/** Moves down the list with `J` until the row with this word has the focus. */
export async function reach(page: Page, word: string): Promise<void> {
  await expect(page.getByRole('link', { name: word })).toBeVisible();
  await page.waitForTimeout(350); // keys rest for a moment after a list has changed
  await expect(async () => {
    await page.keyboard.press('j');
    expect(await page.evaluate(() => document.activeElement?.textContent ?? '')).toContain(word);
  }).toPass({ intervals: [20] });
}

/** No rule of WCAG 2.2 AA that axe can check is broken on this page. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join('\n')}`)).toEqual([]);
}

/** The page is no wider than its window. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const [content, room] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  expect(content).toBeLessThanOrEqual(room ?? 0);
}

/** A word that no other test's requests carry. */
export const unique = () => randomBytes(4).toString('hex');

/** Posts a note: can be taken back, so one key decides. */
export const note = (text: string): Call => ({ name: 'review_post_note', arguments: { channel: '#ops', text } });
/** Pays money: costly, confirmed once more. */
export const pay = (to: string, amount = 20): Call => ({
  name: 'review_pay',
  arguments: { to, amount, currency: 'EUR' },
});
/** What the masked argument holds. */
export const secret = 'sk-secret-1';
/** Grants a role: irreversible, needs a reason; its token is masked. */
export const grant = (user: string): Call => ({
  name: 'review_grant',
  arguments: { user, role: 'owner', token: secret },
});
/** Ships a parcel by hand. */
export const ship = (to: string): Call => ({ name: 'review_ship', arguments: { to } });
/** Wires money: regulated, two people. */
export const wire = (to: string): Call => ({ name: 'review_wire', arguments: { to, amount: 5000 } });

type Shared = {
  gemini: ControlClient;
  sessions: Record<Who, Awaited<ReturnType<BrowserContext['storageState']>>>;
  key: string;
  graceKey: string;
};

const people: Record<Who, { id: string; name: string; email: string; role: string }> = {
  ada: { id: '', name: '', email: admin.email, role: 'admin' },
  grace: { id: 'usr_review_grace', name: 'Grace Hopper', email: 'grace.review@example.com', role: 'reviewer' },
  vera: { id: 'usr_review_vera', name: 'Vera Rubin', email: 'vera.review@example.com', role: 'viewer' },
};

const tools = [
  {
    name: 'review_post_note',
    tier: 1,
    effect: 'Post “{text}” to {channel}',
    fulfilment: 'answer',
    masked: [],
    risk: [],
  },
  {
    name: 'review_pay',
    tier: 2,
    effect: 'Pay {amount} {currency} to {to}',
    fulfilment: 'answer',
    masked: [],
    risk: ['amount'],
  },
  {
    name: 'review_grant',
    tier: 3,
    effect: 'Make {user} {role}',
    fulfilment: 'answer',
    masked: ['token'],
    risk: ['role', 'token'],
  },
  { name: 'review_ship', tier: 1, effect: 'Ship a parcel to {to}', fulfilment: 'manual', masked: [], risk: [] },
  { name: 'review_wire', tier: 4, effect: 'Wire {amount} to {to}', fulfilment: 'answer', masked: [], risk: ['amount'] },
];

const text = { type: 'string' };
const declared = (name: string, properties: Record<string, unknown>, required: string[]) => ({
  type: 'function',
  name,
  description: `What ${name} does.`,
  parameters: { type: 'object', properties, required, additionalProperties: false },
});
const declarations = [
  declared('review_post_note', { channel: text, text }, ['channel', 'text']),
  declared(
    'review_pay',
    {
      to: text,
      amount: { type: 'number', title: 'Amount', exclusiveMinimum: 0, maximum: 100 },
      currency: { type: 'string', enum: ['EUR', 'USD'] },
      urgent: { type: 'boolean' },
    },
    ['to', 'amount', 'currency'],
  ),
  declared('review_grant', { user: text, role: text, token: text }, ['user', 'role']),
  declared('review_ship', { to: text }, ['to']),
  declared('review_wire', { to: text, amount: { type: 'number' } }, ['to', 'amount']),
];

async function prepare(browser: Browser): Promise<Shared> {
  const database = process.env.E2E_DATABASE_URL ?? '';
  const gemini = createControlClient(process.env.E2E_GEMINI_URL ?? '');
  const uri = `${appUrl()}/api/webhooks/gemini`;
  if (!(await gemini.webhooks()).some((webhook) => webhook.uri === uri)) {
    await gemini.registerWebhook({ uri, secret: webhookSecret });
  }
  for (const { id, name, email, role } of [people.grace, people.vera]) {
    await execute(
      database,
      `insert into "user" (id, name, email, email_verified, role) values ($1, $2, $3, true, $4) on conflict do nothing`,
      [id, name, email, role],
    );
    // The admin's password, as it is stored: it carries its own salt.
    await execute(
      database,
      `insert into account (id, account_id, provider_id, user_id, password)
       select $1, $1, 'credential', $1, account.password from account join "user" on "user".id = account.user_id
       where "user".email = $2 and account.provider_id = 'credential' on conflict do nothing`,
      [id, admin.email],
    );
  }
  for (const tool of tools) {
    await execute(
      database,
      `insert into tool (name, tier, effect_template, fulfilment, masked_fields, risk_fields)
       values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
      [tool.name, tool.tier, tool.effect, tool.fulfilment, tool.masked, tool.risk],
    );
  }
  return {
    gemini,
    key: await makeKey(database, null),
    graceKey: await makeKey(database, people.grace.id),
    sessions: {
      ada: await signIn(browser, 'ada'),
      grace: await signIn(browser, 'grace'),
      vera: await signIn(browser, 'vera'),
    },
  };
}

async function makeKey(database: string, userId: string | null): Promise<string> {
  const key = `csk_${randomBytes(32).toString('base64url')}`;
  await execute(
    database,
    `insert into api_key (id, name, hash, prefix, scopes, user_id) values ($1, 'review', $2, $3, $4, $5)`,
    [
      `key_${unique()}`,
      createHash('sha256').update(key).digest('hex'),
      key.slice(0, 12),
      userId === null ? ['runs', 'approvals'] : ['runs', 'approvals', 'votes'],
      userId,
    ],
  );
  return key;
}

async function signIn(browser: Browser, who: Who) {
  const context = await browser.newContext({ baseURL: appUrl() });
  const page = await context.newPage();
  await page.goto('/sign-in');
  await page.getByLabel(/e-mail/i).fill(people[who].email);
  await page.getByLabel(/password/i).fill(admin.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL('**/inbox');
  const state = await context.storageState();
  await context.close();
  return state;
}

async function start(
  shared: Shared,
  calls: readonly Call[],
  { requester = 'bot@example.com', say = 'I need this.', final = 'All done.' } = {},
): Promise<StartedRun> {
  // Escaped in the prompt, which is not masked: only the call itself then holds the secret.
  const script = JSON.stringify({ calls, say, final }).replaceAll(secret, `\\u0073${secret.slice(1)}`);
  const response = await api(shared.key, 'POST', '/api/v1/runs', {
    model: 'gemini-3.8-flash',
    input: `@sim ${script}`,
    tools: declarations,
    requester,
  });
  if (response.status !== 201) throw new Error(`The run was refused: ${await response.text()}`);
  const { id } = await response.json();
  await expect
    .poll(async () => (await execute(database(), 'select id from approval where run_id = $1', [id])).length)
    .toBe(calls.length);
  const rows = await execute(database(), 'select id, pause_id from approval where run_id = $1 order by position', [id]);
  return { id, approvals: rows.map((row) => String(row.id)), pauseId: String(rows[0]?.pause_id) };
}

function api(key: string, method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(appUrl() + path, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

const appUrl = () => process.env.E2E_APP_URL ?? '';
const database = () => process.env.E2E_DATABASE_URL ?? '';
