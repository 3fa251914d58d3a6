import 'server-only';
import { log } from '@/lib/log';
import type { Services } from '@/lib/services';
import { parseSecrets } from './verify';

type ConnectionServices = Pick<Services, 'env' | 'db' | 'secrets' | 'now'>;

const maxAgeMs = 5_000; // a rotated secret counts in every process after this; ours at once

type Kept = { at: number; secrets: Promise<readonly string[]> };

// Route handlers and pages are separate bundles of one process: they meet on globalThis.
const shared = globalThis as typeof globalThis & { countersignWebhookSecrets?: WeakMap<object, Kept> };
shared.countersignWebhookSecrets ??= new WeakMap();
const kept = shared.countersignWebhookSecrets;

/**
 * The static signing secrets that may verify a delivery now: those of the environment and those in the database that have
 * not run out. Kept for 5 s, since every delivery asks; throws when the database is away and nothing is kept.
 */
export function webhookSecrets(services: ConnectionServices): Promise<readonly string[]> {
  const at = services.now().getTime();
  const present = kept.get(services.db);
  if (present !== undefined && at - present.at < maxAgeMs && at >= present.at) return present.secrets;
  const secrets = readSecrets(services);
  kept.set(services.db, { at, secrets });
  secrets.catch(() => kept.delete(services.db)); // the next delivery tries again
  return secrets;
}

/** Makes this process read the secrets again: a webhook was registered or its secret rotated. */
export function forgetWebhookSecrets(services: Pick<Services, 'db'>): void {
  kept.delete(services.db);
}

async function readSecrets(services: ConnectionServices): Promise<readonly string[]> {
  const rows = await services.db.prisma.geminiWebhookSecret.findMany({
    where: { OR: [{ expiresAt: null }, { expiresAt: { gt: services.now() } }] },
    orderBy: { createdAt: 'desc' },
    select: { id: true, cipher: true },
  });
  const stored = rows.flatMap(({ id, cipher }) => {
    try {
      return parseSecrets(services.secrets.open(cipher));
    } catch (error) {
      // Sealed under another APP_SECRET: the others still verify, and Settings says that this one cannot be opened.
      log.error({ err: error, secretId: id }, 'webhook.secret_unreadable');
      return [];
    }
  });
  return [...new Set([...services.env.gemini.webhookSecrets, ...stored])];
}
