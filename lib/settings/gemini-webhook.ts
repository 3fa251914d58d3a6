import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import type { AuditContext } from '@/lib/domain/audit';
import type { Person } from '@/lib/domain/person';
import { GeminiError } from '@/lib/gemini';
import { newId } from '@/lib/ids';
import { actorOf, type By, demand } from '@/lib/people/people';
import type { Services } from '@/lib/services';
import { forgetWebhookSecrets } from '@/lib/webhooks/connection';
import { parseSecrets } from '@/lib/webhooks/verify';

type WebhookServices = Pick<Services, 'env' | 'db' | 'gemini' | 'secrets' | 'now'>;

export type WebhookOutcome = { kind: 'done'; message: string } | { kind: 'refused'; message: string };

/** The address at which Gemini's webhooks arrive. */
export function webhookAddress({ env }: Pick<Services, 'env'>): string {
  return `${env.appUrl}/api/webhooks/gemini`;
}

export type WebhookView = Readonly<{
  id: string;
  uri: string;
  state: string;
  checkedAt: Date;
  createdAt: Date;
  secrets: readonly { id: string; truncated: string; createdAt: Date; expiresAt: Date | null }[];
}>;

/** The webhooks that were registered from here, newest first, with their secrets' last characters. */
export async function listWebhooks(
  services: Pick<Services, 'db' | 'now'>,
  by: Person,
): Promise<readonly WebhookView[]> {
  demand(by, 'settings.manage');
  return services.db.prisma.geminiWebhook.findMany({
    orderBy: { createdAt: 'desc' },
    take: 20,
    select: {
      id: true,
      uri: true,
      state: true,
      checkedAt: true,
      createdAt: true,
      secrets: {
        where: { OR: [{ expiresAt: null }, { expiresAt: { gt: services.now() } }] },
        orderBy: { createdAt: 'desc' },
        select: { id: true, truncated: true, createdAt: true, expiresAt: true },
      },
    },
  });
}

/**
 * Registers our address at Gemini and keeps the signing secret, encrypted: Gemini tells it this once. Deliveries verify with
 * it at once in this process, within seconds in others.
 */
export async function registerWebhook(
  services: WebhookServices,
  by: By,
  context: AuditContext,
): Promise<WebhookOutcome> {
  demand(by, 'settings.manage');
  if (!services.gemini.configured) return refused('Set GEMINI_API_KEY and start again: without it Gemini refuses.');
  const uri = webhookAddress(services);
  return explained(async () => {
    const made = await services.gemini.webhooks.create(uri);
    const secret = usable(made.secret);
    await services.db.prisma.$transaction(async (tx) => {
      const now = services.now();
      const known = { uri, state: 'enabled', checkedAt: now };
      await tx.geminiWebhook.upsert({ where: { id: made.id }, create: { id: made.id, ...known }, update: known });
      await keepSecret(services, tx, made.id, secret);
      await appendAudit(tx, now, {
        action: 'webhook.registered',
        actor: actorOf(by),
        targets: [{ type: 'webhook', id: made.id, name: uri }],
        context,
        facts: { uri },
      });
    });
    forgetWebhookSecrets(services);
    return { kind: 'done', message: 'Registered. Send a test to see it arrive.' };
  });
}

const previousStaysMs = 24 * 3600_000; // what `rotate` asks of Gemini: revoke_previous_secrets_after_h24

/** Has Gemini make a new signing secret. Deliveries signed with the one before still verify for 24 hours. */
export async function rotateSecret(
  services: WebhookServices,
  webhookId: string,
  by: By,
  context: AuditContext,
): Promise<WebhookOutcome> {
  return onWebhook(services, webhookId, by, async (uri) => {
    const made = await services.gemini.webhooks.rotate(webhookId);
    const secret = usable(made.secret);
    await services.db.prisma.$transaction(async (tx) => {
      const now = services.now();
      await tx.geminiWebhookSecret.updateMany({
        where: { webhookId, expiresAt: null },
        data: { expiresAt: new Date(now.getTime() + previousStaysMs) },
      });
      await keepSecret(services, tx, webhookId, secret);
      await appendAudit(tx, now, {
        action: 'webhook.rotated',
        actor: actorOf(by),
        targets: [{ type: 'webhook', id: webhookId, name: uri }],
        context,
        facts: { truncated: truncated(secret) },
      });
    });
    forgetWebhookSecrets(services);
    return { kind: 'done', message: 'A new secret is in use. The one before works for 24 hours more.' };
  });
}

/** Reads from Gemini whether the webhook still delivers, and keeps the answer. */
export async function checkWebhook(
  services: WebhookServices,
  webhookId: string,
  by: By,
  context: AuditContext,
): Promise<WebhookOutcome> {
  return onWebhook(services, webhookId, by, async () => {
    const state = await readState(services, webhookId, by, context);
    return { kind: 'done', message: `Gemini says: ${webhookStateText(state)}.` };
  });
}

/** Turns a webhook on again that Gemini disabled after failed deliveries, or that somebody turned off there. */
export async function enableWebhook(
  services: WebhookServices,
  webhookId: string,
  by: By,
  context: AuditContext,
): Promise<WebhookOutcome> {
  return onWebhook(services, webhookId, by, async () => {
    await services.gemini.webhooks.enable(webhookId);
    const state = await readState(services, webhookId, by, context);
    return state === 'enabled'
      ? { kind: 'done', message: 'The webhook delivers again.' }
      : refused(`Gemini still says: ${webhookStateText(state)}.`);
  });
}

/** Asks Gemini for a test delivery; it shows among the events when it arrives. */
export async function pingWebhook(services: WebhookServices, webhookId: string, by: By): Promise<WebhookOutcome> {
  return onWebhook(services, webhookId, by, async () => {
    await services.gemini.webhooks.ping(webhookId);
    return { kind: 'done', message: 'Gemini sends a test. It appears under Events when it arrives.' };
  });
}

/** Drops a webhook and its secrets here; at Gemini it stays, and what it delivers is refused from now on. */
export async function forgetWebhook(
  services: WebhookServices,
  webhookId: string,
  by: By,
  context: AuditContext,
): Promise<WebhookOutcome> {
  return onWebhook(services, webhookId, by, async (uri, state) => {
    await services.db.prisma.$transaction(async (tx) => {
      await tx.geminiWebhook.delete({ where: { id: webhookId } });
      await recordState(services, tx, { id: webhookId, uri }, state, 'forgotten', by, context);
    });
    forgetWebhookSecrets(services);
    return { kind: 'done', message: 'Forgotten here. Delete it at Gemini too.' };
  });
}

/** Gemini's state of a webhook in words. */
export function webhookStateText(state: string): string {
  switch (state) {
    case 'enabled':
      return 'delivering';
    case 'disabled':
      return 'turned off';
    case 'disabled_due_to_failed_deliveries':
      return 'turned off after failed deliveries';
    case 'missing':
      return 'not there any more';
    default:
      return state.replaceAll('_', ' ');
  }
}

async function onWebhook(
  services: WebhookServices,
  webhookId: string,
  by: By,
  act: (uri: string, state: string) => Promise<WebhookOutcome>,
): Promise<WebhookOutcome> {
  demand(by, 'settings.manage');
  const row = await services.db.prisma.geminiWebhook.findUnique({ where: { id: webhookId } });
  if (row === null) return refused('This webhook is not here any more.');
  return explained(() => act(row.uri, row.state));
}

async function readState(services: WebhookServices, webhookId: string, by: By, context: AuditContext): Promise<string> {
  const state = (await services.gemini.webhooks.read(webhookId))?.state ?? 'missing';
  await services.db.prisma.$transaction(async (tx) => {
    const before = await tx.geminiWebhook.findUniqueOrThrow({ where: { id: webhookId } });
    await tx.geminiWebhook.update({ where: { id: webhookId }, data: { state, checkedAt: services.now() } });
    if (before.state !== state) await recordState(services, tx, before, before.state, state, by, context);
  });
  return state;
}

async function recordState(
  services: WebhookServices,
  tx: Transaction,
  webhook: { id: string; uri: string },
  from: string,
  to: string,
  by: By,
  context: AuditContext,
): Promise<void> {
  await appendAudit(tx, services.now(), {
    action: 'webhook.state_changed',
    actor: actorOf(by),
    targets: [{ type: 'webhook', id: webhook.id, name: webhook.uri }],
    context,
    facts: { from, to },
  });
}

async function keepSecret(services: WebhookServices, tx: Transaction, webhookId: string, secret: string) {
  const now = services.now();
  await tx.geminiWebhookSecret.create({
    data: {
      id: newId('sec', now),
      webhookId,
      cipher: services.secrets.seal(secret),
      truncated: truncated(secret),
      createdAt: now,
    },
  });
}

function usable(secret: string): string {
  try {
    const [only, ...more] = parseSecrets(secret);
    if (only !== undefined && more.length === 0) return only;
  } catch {
    // said below, without what was sent
  }
  throw new GeminiError('Gemini answered with a signing secret that is none. Delete the webhook there and try again.');
}

function truncated(secret: string): string {
  return `…${secret.slice(-4)}`;
}

async function explained(act: () => Promise<WebhookOutcome>): Promise<WebhookOutcome> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof GeminiError) return refused(error.message);
    throw error;
  }
}

function refused(message: string): WebhookOutcome {
  return { kind: 'refused', message };
}
