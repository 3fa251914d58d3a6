import { z } from 'zod';
import { appendAudit } from '@/lib/audit/append';
import type { AuditContext } from '@/lib/domain/audit';
import type { Person } from '@/lib/domain/person';
import { newId } from '@/lib/ids';
import { personColumns, toPerson } from '@/lib/people/store';
import type { Services } from '@/lib/services';
import { failureOf } from './failures';
import { clientsFor, type Installation } from './installations';
import { slackOptions } from './settings';

/** A Slack account as a request names it. The team may be missing where Slack leaves it out. */
export type Account = Readonly<{ userId: string; teamId: string | null }>;

export type IdentityRefusal =
  | 'outside'
  | 'stranger'
  | 'guest'
  | 'bot'
  | 'deactivated'
  | 'invited'
  | 'unchecked'
  | 'unlinked'
  | 'frozen'
  | 'person_deactivated';

export type Identity =
  | { ok: true; person: Person; method: string; scopeId: string }
  /** `text` answers somebody who tried something; `why` alone is for places where nothing was tried. */
  | { ok: false; reason: IdentityRefusal; text: string; why: string; scopeId: string | null };

// Said to whoever is refused, wherever they are: at a request, on the Home, at a command.
const identityText: Record<IdentityRefusal, string> = {
  outside: 'You cannot decide requests here: they belong to another organisation’s workspace.',
  stranger: 'You cannot decide requests here: they belong to another organisation’s workspace.',
  guest: 'You cannot decide requests here: guests are not approvers.',
  bot: 'You cannot decide requests here: apps and workflows are not approvers.',
  deactivated: 'This Slack account is deactivated.',
  invited: 'Accept the invitation to this workspace first.',
  unchecked: 'Slack could not be asked who you are. Try again, or use the browser.',
  unlinked: 'This Slack account is not linked to a Countersign account yet.',
  frozen: 'The link of this Slack account was stopped. Link it again.',
  person_deactivated: 'Your Countersign account is deactivated.',
};

/** Whether whoever is refused so is offered to link their account. */
export function mayLink(reason: IdentityRefusal): boolean {
  return reason === 'unlinked' || reason === 'frozen';
}

/**
 * Who clicks, in the fixed order of checks and closed on doubt: home workspace, the account as Slack describes it now, its
 * link, the person behind it. What the person may do is asked by the use case.
 */
export async function identify(
  services: Pick<Services, 'db' | 'env' | 'now'>,
  installation: Installation,
  account: Account,
): Promise<Identity> {
  const refuse = (reason: IdentityRefusal, scopeId: string | null = null): Identity => ({
    ok: false,
    reason,
    text: `${identityText[reason]} Nothing was recorded.`,
    why: identityText[reason],
    scopeId,
  });
  const { teamId } = installation;
  if (teamId !== null && account.teamId !== null && account.teamId !== teamId) return refuse('outside');

  const user = await lookUp(services, installation, account.userId);
  if (user === null) return refuse('unchecked');
  if (user.deleted) {
    await services.db.prisma.slackUserLink.updateMany({
      where: { installationId: installation.id, slackUserId: account.userId },
      data: { status: 'frozen' },
    });
    return refuse('deactivated');
  }
  if (user.is_bot || user.id === 'USLACKBOT') return refuse('bot');
  if (user.is_stranger) return refuse('stranger');
  const home = teamId ?? user.enterprise_user?.enterprise_id ?? null;
  const isHome = teamId !== null ? user.team_id === teamId : home !== null && home === installation.enterpriseId;
  if (!isHome || home === null) return refuse('outside');
  if (user.is_restricted || user.is_ultra_restricted) return refuse('guest');
  if (user.is_invited_user) return refuse('invited');

  const link = await linkOf(services, installation, account.userId, user, home);
  if (link === null) return refuse('unlinked', home);
  if (link.status !== 'active') return refuse('frozen', home);
  const person = toPerson(link.user, services.now());
  if (!person.active) return refuse('person_deactivated', home);
  return { ok: true, person, method: link.method, scopeId: home };
}

/** Keeps in the history that somebody was refused, by ids: names in Slack prove nothing. */
export async function recordRefusal(
  services: Pick<Services, 'db' | 'now'>,
  about: { context: AuditContext; reason: string; approvalId: string | null },
): Promise<void> {
  const { slack } = about.context;
  const account = slack ? `${slack.team}/${slack.user}` : 'unknown';
  const known = about.approvalId
    ? await services.db.prisma.approval.findUnique({
        where: { id: about.approvalId },
        select: { id: true, name: true, runId: true },
      })
    : null;
  await appendAudit(services.db.prisma, services.now(), {
    action: 'slack.refused',
    actor: { type: 'slack', id: account, name: `Slack account ${account}` },
    targets: known ? [{ type: 'approval', id: known.id, name: known.name }] : [{ type: 'slack', id: account }],
    context: about.context,
    facts: { account, reason: about.reason },
    ...(known ? { approvalId: known.id, runId: known.runId } : {}),
  });
}

/** Forgets what is remembered of accounts, for those who change how one is seen. */
export function forgetAccounts(): void {
  shared.countersignSlackAccounts?.clear();
}

const slackUser = z.looseObject({
  id: z.string(),
  team_id: z.string().nullish(),
  deleted: z.boolean().nullish(),
  is_bot: z.boolean().nullish(),
  is_restricted: z.boolean().nullish(),
  is_ultra_restricted: z.boolean().nullish(),
  is_stranger: z.boolean().nullish(),
  is_invited_user: z.boolean().nullish(),
  is_email_confirmed: z.boolean().nullish(),
  enterprise_user: z.looseObject({ enterprise_id: z.string().nullish() }).nullish(),
  profile: z.looseObject({ email: z.string().nullish() }).nullish(),
});
type SlackUser = z.infer<typeof slackUser>;

const rememberedMs = 5 * 60_000;
const mostRemembered = 2_000;

const shared = globalThis as typeof globalThis & {
  countersignSlackAccounts?: Map<string, { at: number; user: SlackUser }>;
};

async function lookUp(
  services: Pick<Services, 'env' | 'now'>,
  installation: Installation,
  userId: string,
): Promise<SlackUser | null> {
  shared.countersignSlackAccounts ??= new Map();
  const cache = shared.countersignSlackAccounts;
  const key = `${services.env.slack.apiUrl} ${installation.id} ${userId}`;
  const at = services.now().getTime();
  const known = cache.get(key);
  if (known && at - known.at < rememberedMs && at >= known.at) return known.user;
  try {
    const answer = await clientsFor(services, installation).interactive.users.info({ user: userId });
    const parsed = slackUser.safeParse(answer.user);
    if (!parsed.success || parsed.data.id !== userId) return null;
    if (cache.size >= mostRemembered) cache.clear();
    const user = parsed.data;
    // Who is refused may be let in by an admin of the workspace at any moment, so only full members are remembered.
    const member = !user.deleted && !user.is_bot && !user.is_restricted && !user.is_stranger && !user.is_invited_user;
    if (member) cache.set(key, { at, user });
    return user;
  } catch (error) {
    const failure = failureOf(error);
    // Somebody whom our workspace cannot see is no member of it.
    return failure.error === 'user_not_found' || failure.error === 'user_not_visible'
      ? { id: userId, team_id: null, is_stranger: true }
      : null;
  }
}

const linkParts = { user: { select: personColumns } } as const;

async function linkOf(
  services: Pick<Services, 'db' | 'now'>,
  installation: Installation,
  slackUserId: string,
  user: SlackUser,
  scopeId: string,
) {
  const { prisma } = services.db;
  const where = { installationId_slackUserId: { installationId: installation.id, slackUserId } };
  const link = await prisma.slackUserLink.findUnique({ where, include: linkParts });
  const email = user.profile?.email?.trim().toLowerCase() ?? null;
  if (link !== null) {
    // A link that rests on an address falls with it.
    if (link.method === 'email' && link.emailAtLink !== email) {
      await prisma.slackUserLink.delete({ where });
      return null;
    }
    const now = services.now();
    if (link.lastSeenOk === null || now.getTime() - link.lastSeenOk.getTime() > rememberedMs)
      await prisma.slackUserLink.updateMany({ where: { id: link.id }, data: { lastSeenOk: now } });
    return link;
  }
  const options = await slackOptions(prisma);
  if (!options.emailMatch || email === null || user.is_email_confirmed !== true) return null;
  if (!options.emailDomains.includes(email.split('@')[1] ?? '')) return null;
  const people = await prisma.user.findMany({
    where: { email: { equals: email, mode: 'insensitive' }, emailVerified: true, deactivatedAt: null },
    take: 2,
    select: { id: true, name: true },
  });
  const [person] = people;
  if (person === undefined || people.length > 1) return null;
  const now = services.now();
  const { count } = await prisma.slackUserLink.createMany({
    data: {
      id: newId('sll', now),
      installationId: installation.id,
      slackScopeId: scopeId,
      slackUserId,
      userId: person.id,
      method: 'email',
      emailAtLink: email,
      verifiedAt: now,
      lastSeenOk: now,
    },
    skipDuplicates: true, // the person may be linked to another account already: then this one is not theirs
  });
  if (count === 1) {
    await appendAudit(prisma, now, {
      action: 'slack.linked',
      actor: { type: 'system', id: 'countersign', name: 'Countersign' },
      targets: [{ type: 'person', id: person.id, name: person.name }],
      context: { surface: 'slack', slack: { team: scopeId, user: slackUserId } },
      facts: { account: `${scopeId}/${slackUserId}`, method: 'email' },
    });
  }
  return prisma.slackUserLink.findUnique({ where, include: linkParts });
}
