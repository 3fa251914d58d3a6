import { z } from 'zod';
import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import type { AuditContext } from '@/lib/domain/audit';
import type { SlackInstallation } from '@/lib/generated/prisma/client';
import { newId } from '@/lib/ids';
import { log } from '@/lib/log';
import { actorOf, type By } from '@/lib/people/people';
import type { Services } from '@/lib/services';
import { clientsOf, type SlackClients } from './clients';
import { failureText } from './failure-text';
import { failureOf } from './failures';

type InstallationServices = Pick<Services, 'db' | 'env' | 'secrets' | 'now'>;

/** Our app in one workspace or organisation, with a token that worked when it was last tried. */
export type Installation = Readonly<{
  id: string;
  appId: string | null;
  teamId: string | null;
  enterpriseId: string | null;
  teamName: string;
  botUserId: string;
  botId: string;
  scopes: readonly string[];
  defaultChannel: string | null;
  token: string;
}>;

/** The scopes that the manifest asks for, with what does not work without them. */
export const wantedScopes = [
  { scope: 'chat:write', without: 'Nothing can be posted.' },
  { scope: 'commands', without: '/countersign does not exist.' },
  { scope: 'users:read', without: 'Accounts cannot be checked, so nothing can be decided in Slack.' },
  { scope: 'users:read.email', without: 'Accounts cannot be matched by e-mail.' },
  { scope: 'channels:read', without: 'Public channels are not checked for being shared or archived.' },
  { scope: 'groups:read', without: 'Private channels are not checked for being shared or archived.' },
  { scope: 'channels:history', without: 'Replies in threads of public channels do not become comments.' },
  { scope: 'groups:history', without: 'Replies in threads of private channels do not become comments.' },
] as const;

/** Every installation that works, oldest first. */
export async function activeInstallations(services: InstallationServices): Promise<readonly Installation[]> {
  const rows = await services.db.prisma.slackInstallation.findMany({
    where: { status: 'active' },
    orderBy: { createdAt: 'asc' },
  });
  return rows.flatMap((row) => toInstallation(services, row) ?? []);
}

/** A working installation by its id. */
export async function installationById(services: InstallationServices, id: string): Promise<Installation | null> {
  const row = await services.db.prisma.slackInstallation.findUnique({ where: { id } });
  return row?.status === 'active' ? toInstallation(services, row) : null;
}

/** Where a payload came from: the workspace first, the organisation only for an app that was installed in all of it. */
export type Place = Readonly<{ teamId: string | null; enterpriseId: string | null; enterpriseInstall: boolean }>;

/** The working installation that a payload belongs to; null: none of ours. */
export async function installationAt(services: InstallationServices, place: Place): Promise<Installation | null> {
  const { prisma } = services.db;
  const rows = await prisma.slackInstallation.findMany({
    where: {
      status: 'active',
      OR: [
        ...(place.teamId ? [{ teamId: place.teamId }] : []),
        ...(place.enterpriseInstall && place.enterpriseId ? [{ teamId: null, enterpriseId: place.enterpriseId }] : []),
      ],
    },
  });
  const row = rows.find(({ teamId }) => teamId !== null) ?? rows[0];
  return row ? toInstallation(services, row) : null;
}

/** The clients of an installation. */
export function clientsFor(services: Pick<Services, 'env'>, installation: Installation): SlackClients {
  return clientsOf(services, installation.token);
}

export type TokenCheck =
  | {
      ok: true;
      teamId: string | null;
      enterpriseId: string | null;
      teamName: string;
      url: string | null;
      botUserId: string;
      botId: string;
      scopes: readonly string[];
      appId: string | null;
      clockSkewMs: number | null;
    }
  | { ok: false; error: string; final: boolean };

const authTest = z.object({
  team: z.string().default(''),
  team_id: z.string().optional(),
  enterprise_id: z.string().nullish(),
  is_enterprise_install: z.boolean().optional(),
  url: z.string().optional(),
  user_id: z.string(),
  bot_id: z.string(),
});

/** Asks Slack whose token this is. Never throws; `final`: asking again will not help. */
export async function checkToken(services: Pick<Services, 'env' | 'now'>, token: string): Promise<TokenCheck> {
  const { delivery } = clientsOf(services, token);
  try {
    const answer = await delivery.auth.test();
    const said = authTest.parse(answer);
    const wide = said.is_enterprise_install === true;
    return {
      ok: true,
      teamId: wide ? null : (said.team_id ?? null),
      enterpriseId: said.enterprise_id ?? null,
      teamName: said.team,
      url: said.url ?? null,
      botUserId: said.user_id,
      botId: said.bot_id,
      scopes: answer.response_metadata?.scopes ?? [],
      appId: await appIdOf(delivery, said.bot_id),
      clockSkewMs: await clockSkew(services),
    };
  } catch (error) {
    const failure = failureOf(error);
    return { ok: false, error: failure.error, final: failure.kind === 'dead' };
  }
}

// `auth.test` does not name the app. Where the bot cannot be asked for it, the first signed request tells.
async function appIdOf(client: SlackClients['delivery'], botId: string): Promise<string | null> {
  try {
    const answer = await client.bots.info({ bot: botId });
    return answer.bot?.app_id ?? null;
  } catch {
    return null;
  }
}

// Signatures carry the time: a clock that is minutes off would refuse every request.
async function clockSkew({ env, now }: Pick<Services, 'env' | 'now'>): Promise<number | null> {
  try {
    const answer = await fetch(`${env.slack.apiUrl}api.test`, { method: 'POST', signal: AbortSignal.timeout(3_000) });
    await answer.body?.cancel();
    const date = Date.parse(answer.headers.get('date') ?? '');
    return Number.isNaN(date) ? null : Math.round(now().getTime() - date);
  } catch {
    return null;
  }
}

export type NewInstallation = Extract<TokenCheck, { ok: true }> &
  Readonly<{ source: 'environment' | 'settings' | 'oauth'; token: string; installedBy: string | null }>;

/**
 * Keeps an installation, or takes its place's earlier one over; what waits is posted from now on. A token from the
 * environment is not stored: it goes when the variable goes.
 */
export async function saveInstallation(
  services: InstallationServices,
  input: NewInstallation,
  by: By,
  context: AuditContext,
): Promise<string> {
  const now = services.now();
  return services.db.prisma.$transaction(async (tx) => {
    await lockInstallations(tx);
    const place = input.teamId ? { teamId: input.teamId } : { teamId: null, enterpriseId: input.enterpriseId };
    const before = await tx.slackInstallation.findFirst({ where: place });
    const id = before?.id ?? newId('sli', now);
    const known = {
      // The same bot is the same app; another one is learned anew.
      appId: input.appId ?? (before?.botUserId === input.botUserId ? before.appId : null),
      teamId: input.teamId,
      enterpriseId: input.enterpriseId,
      teamName: input.teamName,
      url: input.url,
      botUserId: input.botUserId,
      botId: input.botId,
      scopes: [...input.scopes],
      tokenCipher: input.source === 'environment' ? null : services.secrets.seal(input.token),
      source: input.source,
      installedBy: input.installedBy,
      status: 'active',
      message: null,
      checkedAt: now,
      clockSkewMs: input.clockSkewMs,
    };
    await tx.slackInstallation.upsert({ where: { id }, create: { id, ...known }, update: known });
    if (before?.status !== 'active' || before.botUserId !== input.botUserId) {
      await appendAudit(tx, now, {
        action: 'slack.connected',
        actor: actorOf(by),
        targets: [{ type: 'slack', id, name: input.teamName }],
        context,
        facts: { workspace: input.teamId ?? input.enterpriseId ?? '', scopes: input.scopes.join(' ') },
      });
    }
    return id;
  });
}

/** Stops using an installation: its token is erased, its messages rest, approvals go on in the browser. Safe to repeat. */
export async function endInstallation(
  services: Pick<Services, 'db' | 'now'>,
  id: string,
  why: string,
  by: By,
  context: AuditContext,
): Promise<void> {
  await services.db.prisma.$transaction(async (tx) => {
    const { count } = await tx.slackInstallation.updateMany({
      where: { id, status: 'active' },
      data: { status: 'dead', message: why, tokenCipher: null },
    });
    if (count === 0) return;
    const row = await tx.slackInstallation.findUniqueOrThrow({ where: { id } });
    await tx.slackUserLink.updateMany({ where: { installationId: id }, data: { status: 'frozen' } });
    await appendAudit(tx, services.now(), {
      action: 'slack.disconnected',
      actor: actorOf(by),
      targets: [{ type: 'slack', id, name: row.teamName }],
      context,
      facts: { workspace: row.teamId ?? row.enterpriseId ?? '', why },
    });
  });
  log.warn({ installation: id, why }, 'slack.disconnected');
}

/**
 * Connects the workspace of SLACK_BOT_TOKEN, and lets go of one whose variable is gone. Called by the worker, never while
 * building; safe to repeat. False: Slack could not be asked, try again.
 */
export async function connectEnvironment(services: InstallationServices): Promise<boolean> {
  const { botToken } = services.env.slack;
  const { prisma } = services.db;
  if (botToken === null) {
    await prisma.slackInstallation.updateMany({
      where: { source: 'environment', status: 'active' },
      data: { status: 'off', message: 'SLACK_BOT_TOKEN is not set any more.' },
    });
    return true;
  }
  const checked = await checkToken(services, botToken);
  if (!checked.ok) {
    log.warn({ error: checked.error }, 'slack.token_not_accepted');
    if (checked.final) {
      await prisma.slackInstallation.updateMany({
        where: { source: 'environment' },
        data: { status: 'dead', message: `${failureText(checked.error)} Change SLACK_BOT_TOKEN and start again.` },
      });
    }
    return checked.final;
  }
  const id = await saveInstallation(
    services,
    { ...checked, source: 'environment', token: botToken, installedBy: null },
    'system',
    { surface: 'worker' },
  );
  await prisma.slackInstallation.updateMany({
    where: { source: 'environment', status: 'active', id: { not: id } },
    data: { status: 'off', message: 'SLACK_BOT_TOKEN names another workspace now.' },
  });
  return true;
}

/** A signed request tells which app we are: the signing secret belongs to exactly one. False: it names another. */
export async function isOurApp(
  services: Pick<Services, 'db'>,
  installation: Pick<Installation, 'id' | 'appId'>,
  apiAppId: string,
): Promise<boolean> {
  if (installation.appId !== null) return installation.appId === apiAppId;
  await services.db.prisma.slackInstallation.updateMany({
    where: { id: installation.id, appId: null },
    data: { appId: apiAppId },
  });
  return true;
}

async function lockInstallations(tx: Transaction): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('countersign.slack.installations'))`;
}

function toInstallation(services: Pick<Services, 'env' | 'secrets'>, row: SlackInstallation): Installation | null {
  const token = row.source === 'environment' ? services.env.slack.botToken : openToken(services, row);
  if (token === null) return null;
  return {
    id: row.id,
    appId: row.appId,
    teamId: row.teamId,
    enterpriseId: row.enterpriseId,
    teamName: row.teamName,
    botUserId: row.botUserId,
    botId: row.botId,
    scopes: row.scopes,
    defaultChannel: row.defaultChannel,
    token,
  };
}

function openToken(services: Pick<Services, 'secrets'>, row: SlackInstallation): string | null {
  if (row.tokenCipher === null) return null;
  try {
    return services.secrets.open(row.tokenCipher);
  } catch {
    log.error({ installation: row.id }, 'slack.token_does_not_open');
    return null;
  }
}
