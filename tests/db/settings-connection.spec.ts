import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Gemini, GeminiError } from '@/lib/gemini';
import { changeSettings } from '@/lib/settings/change';
import { enableWebhook, registerWebhook, rotateSecret } from '@/lib/settings/gemini-webhook';
import { workspaceSettings } from '@/lib/settings/settings';
import { webhookSecrets } from '@/lib/webhooks/connection';
import { findEvent, listEvents, lookedThrough } from '@/lib/webhooks/queries';
import { fromWeb, openWorkspace, type Workspace } from './people-fixture';

const secret = (letter: string) => `whsec_${Buffer.from(letter.repeat(32)).toString('base64')}`;

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openWorkspace({
    APP_URL: 'https://approvals.example.com',
    GEMINI_WEBHOOK_SECRET: secret('e'),
  });
});
afterEach(() => workspace.close());

/** Gemini's webhooks as far as these use cases see them. */
function withGemini(webhooks: Partial<Gemini['webhooks']>) {
  const unexpected = () => Promise.reject(new Error('not expected'));
  const gemini: Gemini = {
    configured: true,
    start: unexpected,
    resume: unexpected,
    read: unexpected,
    webhooks: {
      create: async () => ({ id: 'wh_1', secret: secret('a') }),
      read: async () => ({ state: 'enabled', uri: '' }),
      enable: async () => undefined,
      ping: async () => undefined,
      rotate: async () => ({ secret: secret('b') }),
      ...webhooks,
    },
  };
  return { ...workspace.services, gemini };
}

test('a change of one setting leaves the others, and is on record with before and after', async () => {
  const { services, prisma } = workspace;
  await changeSettings(services, { retentionHours: 48, foreignRuns: 'show' }, 'system', fromWeb);
  await changeSettings(services, { fourEyes: false }, 'system', fromWeb);
  await changeSettings(services, { fourEyes: false }, 'system', fromWeb);
  expect(await workspaceSettings(prisma)).toMatchObject({ retentionHours: 48, foreignRuns: 'show', fourEyes: false });
  const entries = await prisma.auditEntry.findMany({ orderBy: { seq: 'asc' }, select: { metadata: true } });
  expect(entries.map((entry) => entry.metadata)).toEqual([
    { setting: 'Gemini’s retention', from: '24 h', to: '48 h' },
    { setting: 'runs of other programs', from: 'adopt', to: 'show' },
    { setting: 'four eyes', from: 'on', to: 'off' },
  ]);
});

test('a registered webhook’s secret verifies at once, beside those of the environment, and is stored encrypted', async () => {
  const { services, prisma } = workspace;
  expect(await webhookSecrets(services)).toEqual([secret('e')]);
  const outcome = await registerWebhook(withGemini({}), 'system', fromWeb);
  expect(outcome).toMatchObject({ kind: 'done' });
  expect(await webhookSecrets(services)).toEqual([secret('e'), secret('a')]);
  expect(await prisma.geminiWebhook.findFirst()).toMatchObject({
    id: 'wh_1',
    uri: 'https://approvals.example.com/api/webhooks/gemini',
  });
  const stored = await prisma.geminiWebhookSecret.findFirstOrThrow();
  expect(Buffer.from(stored.cipher).toString('latin1')).not.toContain(secret('a').slice(6, 20));
  expect(await workspace.actions()).toEqual(['webhook.registered']);
});

test('after a rotation both secrets verify for 24 hours, then the new one alone', async () => {
  const { services } = workspace;
  await registerWebhook(withGemini({}), 'system', fromWeb);
  workspace.moveClock(1000);
  await rotateSecret(withGemini({}), 'wh_1', 'system', fromWeb);
  expect(await webhookSecrets(services)).toEqual([secret('e'), secret('b'), secret('a')]);
  workspace.moveClock(24 * 3600_000);
  expect(await webhookSecrets(services)).toEqual([secret('e'), secret('b')]);
});

test('another process sees a new secret within five seconds', async () => {
  const { services, prisma } = workspace;
  await webhookSecrets(services);
  await prisma.geminiWebhook.create({ data: { id: 'wh_2', uri: '', state: 'enabled', checkedAt: services.now() } });
  await prisma.geminiWebhookSecret.create({
    data: { id: 's', webhookId: 'wh_2', cipher: services.secrets.seal(secret('z')), truncated: '' },
  });
  workspace.moveClock(5000);
  expect(await webhookSecrets(services)).toContain(secret('z'));
});

test('what Gemini refuses is told in its words, and nothing is kept', async () => {
  const refusing = withGemini({ create: () => Promise.reject(new GeminiError('uri must be https')) });
  expect(await registerWebhook(refusing, 'system', fromWeb)).toEqual({ kind: 'refused', message: 'uri must be https' });
  const odd = withGemini({ create: async () => ({ id: 'wh_1', secret: 'whsec_short' }) });
  const outcome = await registerWebhook(odd, 'system', fromWeb);
  expect(outcome).toMatchObject({ kind: 'refused' });
  expect(JSON.stringify(outcome)).not.toContain('whsec_short');
  expect(await workspace.prisma.geminiWebhook.count()).toBe(0);
});

test('a webhook that Gemini disabled is turned on again, and the history says so', async () => {
  await registerWebhook(withGemini({}), 'system', fromWeb);
  await workspace.prisma.geminiWebhook.updateMany({ data: { state: 'disabled_due_to_failed_deliveries' } });
  expect(await enableWebhook(withGemini({}), 'wh_1', 'system', fromWeb)).toMatchObject({ kind: 'done' });
  const entry = await workspace.prisma.auditEntry.findFirstOrThrow({ where: { action: 'webhook.state_changed' } });
  expect(entry.metadata).toEqual({ from: 'disabled_due_to_failed_deliveries', to: 'enabled' });
});

describe('events', () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 22, 10, minute));
  async function store(count: number, typeOf: (i: number) => string): Promise<void> {
    await workspace.prisma.webhookEvent.createMany({
      data: Array.from({ length: count }, (_, i) => ({
        id: `evt_${String(i).padStart(6, '0')}`,
        // Several arrive in the same millisecond: the id decides their order.
        receivedAt: at(Math.floor(i / 3)),
        scheme: 'v1',
        headers: { 'webhook-id': `evt_${i}` },
        rawBody: Buffer.from(`{"type":"${typeOf(i)}"}`),
        type: typeOf(i),
        outcome: 'synced',
      })),
    });
  }

  test('pages forward and back meet every event once, in order', async () => {
    const admin = await workspace.person('admin');
    await store(120, () => 'interaction.completed');
    const seen: string[] = [];
    let page = await listEvents(workspace.services, admin);
    expect(page.newer).toBeNull();
    for (;;) {
      seen.push(...page.rows.map((row) => row.id));
      if (page.older === null) break;
      page = await listEvents(workspace.services, admin, { before: page.older });
    }
    expect(seen).toEqual([...seen].sort().reverse());
    expect(new Set(seen).size).toBe(120);
    const back = await listEvents(workspace.services, admin, { after: page.newer ?? '' });
    expect(back.rows.map((row) => row.id)).toEqual(seen.slice(50, 100));
    const first = await listEvents(workspace.services, admin, { after: back.newer ?? '' });
    expect(first.rows.map((row) => row.id)).toEqual(seen.slice(0, 50));
    expect(first.newer).toBeNull();
  });

  test('a rare type is looked for a stretch at a time, and found by going on', async () => {
    const admin = await workspace.person('admin');
    await workspace.prisma.$executeRaw`
      insert into webhook_event (id, received_at, scheme, headers, raw_body, type, outcome)
      select 'evt_' || lpad(i::text, 6, '0'), ${at(0)}::timestamptz + make_interval(secs => i), 'v1', '{}', ''::bytea,
        case when i = 3 then 'batch.failed' else 'interaction.completed' end, 'synced'
      from generate_series(0, ${lookedThrough} + 200) as i`;
    const first = await listEvents(workspace.services, admin, { type: 'batch.failed' });
    expect(first.rows).toEqual([]);
    expect(first.lookedBackTo).not.toBeNull();
    const second = await listEvents(workspace.services, admin, { type: 'batch.failed', before: first.older ?? '' });
    expect(second.rows.map((row) => row.id)).toEqual(['evt_000003']);
    expect(second.older).toBeNull();
  });

  test('a cursor that somebody made up means the newest page', async () => {
    const admin = await workspace.person('admin');
    await store(2, () => 'ping');
    expect((await listEvents(workspace.services, admin, { before: 'nonsense' })).rows).toHaveLength(2);
  });

  test('an event shows its body as received, also when that is no text', async () => {
    const admin = await workspace.person('admin');
    await workspace.prisma.webhookEvent.create({
      data: { id: 'evt_x', scheme: 'v1', headers: {}, rawBody: Buffer.from([0xff, 0x41]) },
    });
    expect(await findEvent(workspace.services, admin, 'evt_x')).toMatchObject({
      body: '\ufffdA',
      bodyBytes: 2,
      outcome: 'waiting',
    });
    expect(await findEvent(workspace.services, admin, 'evt_y')).toBeNull();
  });
});
