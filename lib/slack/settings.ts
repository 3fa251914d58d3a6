import { z } from 'zod';
import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import type { AuditContext } from '@/lib/domain/audit';
import type { Tier } from '@/lib/domain/tier';
import { actorOf, type By, demand } from '@/lib/people/people';
import type { Services } from '@/lib/services';

/** `view`: shown, with a link to the browser. `off`: nothing of it is posted. */
export const slackTierModes = ['decide', 'view', 'off'] as const;
export type SlackTierMode = (typeof slackTierModes)[number];

const optionsShape = z.object({
  /** A full member whose confirmed address is exactly one person's here counts as that person. */
  emailMatch: z.boolean().default(false),
  /** Only for addresses under these domains. */
  emailDomains: z
    .array(z.string().regex(/^[a-z0-9.-]+\.[a-z]{2,}$/))
    .max(20)
    .default([]),
  /** Arguments and what agents wrote are not shown in Slack. */
  hideArguments: z.boolean().default(false),
  /** What Slack may do at each risk. What cannot be taken back, or is regulated, is never decided there. */
  tiers: z
    .object({
      1: z.enum(slackTierModes).default('decide'),
      2: z.enum(slackTierModes).default('decide'),
      3: z.enum(['view', 'off']).default('view'),
      4: z.enum(['view', 'off']).default('view'),
    })
    .prefault({}),
});

export type SlackTiers = z.infer<typeof optionsShape>['tiers'];

export type SlackOptions = z.infer<typeof optionsShape>;
export const slackOptionsSchema = optionsShape;

const optionsKey = 'slack.options';
const appKey = 'slack.app';

/** What the workspace agreed on for Slack; each has a default that is safe. */
export async function slackOptions(tx: Transaction): Promise<SlackOptions> {
  const row = await tx.setting.findUnique({ where: { key: optionsKey } });
  const parsed = optionsShape.safeParse(row?.value ?? {});
  return parsed.success ? parsed.data : optionsShape.parse({});
}

/** What Slack may do with calls of this risk. Reads decide themselves, so nothing of theirs is held back. */
export function slackTierMode({ tiers }: Pick<SlackOptions, 'tiers'>, tier: Tier): SlackTierMode {
  return tier === 0 ? 'decide' : tiers[tier];
}

/** Changes them, with one entry in the history for each. Throws `forbidden` without `settings.manage`. */
export async function changeSlackOptions(
  services: Pick<Services, 'db' | 'now'>,
  changes: Partial<SlackOptions>,
  by: By,
  context: AuditContext,
): Promise<SlackOptions> {
  demand(by, 'settings.manage');
  return services.db.prisma.$transaction(async (tx) => {
    const before = await slackOptions(tx);
    const after = optionsShape.parse({ ...before, ...changes });
    await tx.setting.upsert({
      where: { key: optionsKey },
      create: { key: optionsKey, value: after },
      update: { value: after },
    });
    for (const key of optionsShape.keyof().options) {
      const [from, to] = [words(before[key]), words(after[key])];
      if (from === to) continue;
      // What is shown already follows too: the sweep renders every copy that has no key.
      if (key === 'tiers' || key === 'hideArguments') {
        const shown = { state: 'live', settled: false, approval: { status: 'pending' } };
        await tx.slackMessage.updateMany({ where: shown, data: { renderedKey: null } });
      }
      await appendAudit(tx, services.now(), {
        action: 'setting.changed',
        actor: actorOf(by),
        targets: [{ type: 'setting', id: `${optionsKey}.${key}`, name: optionNames[key] }],
        context,
        facts: { setting: optionNames[key], from, to },
      });
    }
    return after;
  });
}

const optionNames: Record<keyof SlackOptions, string> = {
  emailMatch: 'matching Slack accounts by e-mail',
  emailDomains: 'domains for matching by e-mail',
  hideArguments: 'hiding arguments in Slack',
  tiers: 'what Slack may do at each risk',
};

const appShape = z.object({
  appId: z.string().nullable().default(null),
  clientId: z.string().nullable().default(null),
  /** Sealed with the master secret, base64. */
  clientSecret: z.string().nullable().default(null),
  signingSecret: z.string().nullable().default(null),
});

/** The Slack app as it was typed into the settings, secrets opened. The environment adds to it. */
export type SlackAppSettings = Readonly<{
  appId: string | null;
  clientId: string | null;
  clientSecret: string | null;
  signingSecret: string | null;
}>;

/** Reads the app's settings. A secret that does not open any more (another master secret) counts as absent. */
export async function slackAppSettings(services: Pick<Services, 'db' | 'secrets'>): Promise<SlackAppSettings> {
  const row = await services.db.prisma.setting.findUnique({ where: { key: appKey } });
  const parsed = appShape.safeParse(row?.value ?? {});
  const stored = parsed.success ? parsed.data : appShape.parse({});
  const open = (sealed: string | null) => {
    if (sealed === null) return null;
    try {
      return services.secrets.open(Buffer.from(sealed, 'base64'));
    } catch {
      return null;
    }
  };
  return {
    appId: stored.appId,
    clientId: stored.clientId,
    clientSecret: open(stored.clientSecret),
    signingSecret: open(stored.signingSecret),
  };
}

/** Keeps what is given of the app's settings; an absent member stays. Throws `forbidden` without `settings.manage`. */
export async function saveSlackApp(
  services: Pick<Services, 'db' | 'secrets' | 'now'>,
  changes: Partial<SlackAppSettings>,
  by: By,
  context: AuditContext,
): Promise<void> {
  demand(by, 'settings.manage');
  const seal = (text: string | null) =>
    text === null ? null : Buffer.from(services.secrets.seal(text)).toString('base64');
  await services.db.prisma.$transaction(async (tx) => {
    const row = await tx.setting.findUnique({ where: { key: appKey } });
    const parsed = appShape.safeParse(row?.value ?? {});
    const before = parsed.success ? parsed.data : appShape.parse({});
    const after = {
      appId: changes.appId === undefined ? before.appId : changes.appId,
      clientId: changes.clientId === undefined ? before.clientId : changes.clientId,
      clientSecret: changes.clientSecret === undefined ? before.clientSecret : seal(changes.clientSecret),
      signingSecret: changes.signingSecret === undefined ? before.signingSecret : seal(changes.signingSecret),
    };
    await tx.setting.upsert({
      where: { key: appKey },
      create: { key: appKey, value: after },
      update: { value: after },
    });
    await appendAudit(tx, services.now(), {
      action: 'setting.changed',
      actor: actorOf(by),
      targets: [{ type: 'setting', id: appKey, name: 'the Slack app' }],
      context,
      facts: { setting: 'the Slack app', from: before.appId ?? 'none', to: after.appId ?? 'changed' },
    });
  });
}

/** Every secret that a request may be signed with: those of the environment, then that of the settings. */
export async function signingSecrets(services: Pick<Services, 'db' | 'env' | 'secrets'>): Promise<readonly string[]> {
  const { signingSecret } = await slackAppSettings(services);
  return [...services.env.slack.signingSecrets, ...(signingSecret ? [signingSecret] : [])];
}

function words(value: boolean | readonly string[] | SlackTiers): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if ('length' in value) return value.length === 0 ? 'none' : value.join(', ');
  return Object.entries(value)
    .map(([tier, mode]) => `tier ${tier} ${mode}`)
    .join(', ');
}
