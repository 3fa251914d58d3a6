import { createHash } from 'node:crypto';
import { appendAudit } from '@/lib/audit/append';
import type { AuditContext } from '@/lib/domain/audit';
import { can, type Person } from '@/lib/domain/person';
import { AppError } from '@/lib/errors';
import { newId, newToken } from '@/lib/ids';
import { actorOf, type By, demand } from '@/lib/people/people';
import type { Services } from '@/lib/services';
import { literal } from './blocks/text';
import { failureOf } from './failures';
import { clientsFor, type Installation, installationById } from './installations';

type LinkServices = Pick<Services, 'db' | 'env' | 'secrets' | 'now'>;

const lifetimeMs = 10 * 60_000;

/**
 * An address at which this Slack account can be tied to whoever is signed in there and confirms it. Works once, within ten
 * minutes; only its hash is kept. To be shown to that account alone.
 */
export async function linkAddress(
  services: Pick<Services, 'db' | 'env' | 'now'>,
  installation: Installation,
  account: { userId: string; scopeId: string },
): Promise<string> {
  const token = newToken(32);
  await services.db.prisma.slackLinkToken.create({
    data: {
      hash: hashOf(token),
      installationId: installation.id,
      slackScopeId: account.scopeId,
      slackUserId: account.userId,
      expiresAt: new Date(services.now().getTime() + lifetimeMs),
    },
  });
  return `${services.env.appUrl}/slack/link?token=${token}`;
}

/** The Slack account that an address would tie, as its owner must recognise it. Opening the page binds nothing. */
export type LinkOffer = Readonly<{ workspace: string; slackUserId: string; name: string | null }>;

/** What a link page shows; null: unknown, used, or too old. */
export async function findLinkOffer(services: LinkServices, token: string): Promise<LinkOffer | null> {
  const row = await services.db.prisma.slackLinkToken.findUnique({ where: { hash: hashOf(token) } });
  if (row === null || row.expiresAt <= services.now()) return null;
  const installation = await installationById(services, row.installationId);
  if (installation === null) return null;
  const name = await displayName(services, installation, row.slackUserId);
  return { workspace: installation.teamName, slackUserId: row.slackUserId, name };
}

export type LinkOutcome =
  | { kind: 'linked'; workspace: string }
  | { kind: 'refused'; reason: 'unknown_token' | 'account_taken' | 'person_taken'; message: string };

const taken = {
  unknown_token: 'This address was used already, or is older than ten minutes. Ask for a new one in Slack.',
  account_taken: 'This Slack account is linked to somebody else. An admin can unlink it.',
  person_taken: 'You are linked to another Slack account of this workspace. Unlink that one first.',
} as const;

/** Ties the account of an address to this person, by their confirmed request. Two at once: one wins. */
export async function confirmLink(
  services: LinkServices,
  token: string,
  person: Person,
  context: AuditContext,
): Promise<LinkOutcome> {
  if (!person.active) throw new AppError('forbidden', 'This account is deactivated.');
  const { prisma } = services.db;
  const hash = hashOf(token);
  const row = await prisma.slackLinkToken.findUnique({ where: { hash } });
  if (row === null || row.expiresAt <= services.now()) return refusedAs('unknown_token');
  const installation = await installationById(services, row.installationId);
  if (installation === null) return refusedAs('unknown_token');
  const outcome = await bind(services, {
    installation,
    scopeId: row.slackScopeId,
    slackUserId: row.slackUserId,
    person,
    method: 'link',
    by: person,
    context,
    consume: hash,
  });
  if (outcome.kind === 'linked') await greet(services, installation, row.slackUserId, person);
  return outcome;
}

/** Ties an account without an address: by Sign in with Slack, or by an admin. */
export async function linkAccount(
  services: LinkServices,
  input: {
    installation: Installation;
    scopeId: string;
    slackUserId: string;
    person: Person;
    method: 'sign_in' | 'admin';
    by: By;
    context: AuditContext;
  },
): Promise<LinkOutcome> {
  if (input.method === 'admin') demand(input.by, 'people.manage');
  const outcome = await bind(services, { ...input, consume: null });
  if (outcome.kind === 'linked') await greet(services, input.installation, input.slackUserId, input.person);
  return outcome;
}

/** Unties an account: one's own, or anybody's for an admin. False: there is no such link. */
export async function unlink(
  services: Pick<Services, 'db' | 'now'>,
  linkId: string,
  by: Person,
  context: AuditContext,
): Promise<boolean> {
  return services.db.prisma.$transaction(async (tx) => {
    const row = await tx.slackUserLink.findUnique({
      where: { id: linkId },
      include: { user: { select: { id: true, name: true } } },
    });
    if (row === null) return false;
    if (row.userId !== by.id && !can(by, 'people.manage')) {
      throw new AppError('forbidden', 'Only admins unlink the accounts of others.');
    }
    await tx.slackUserLink.delete({ where: { id: linkId } });
    await appendAudit(tx, services.now(), {
      action: 'slack.unlinked',
      actor: actorOf(by),
      targets: [{ type: 'person', id: row.user.id, name: row.user.name }],
      context,
      facts: { account: `${row.slackScopeId}/${row.slackUserId}`, why: row.userId === by.id ? 'self' : 'admin' },
    });
    return true;
  });
}

export type LinkView = Readonly<{
  id: string;
  workspace: string;
  slackUserId: string;
  method: string;
  status: string;
  verifiedAt: Date;
  person: Readonly<{ id: string; name: string; email: string }>;
}>;

/** Links of one person, or of everybody for an admin. */
export async function listLinks(
  services: Pick<Services, 'db'>,
  by: Person,
  whose: 'own' | 'everybody',
): Promise<readonly LinkView[]> {
  if (whose === 'everybody') demand(by, 'people.manage');
  const rows = await services.db.prisma.slackUserLink.findMany({
    ...(whose === 'own' ? { where: { userId: by.id } } : {}),
    orderBy: { verifiedAt: 'desc' },
    take: 500,
    include: {
      user: { select: { id: true, name: true, email: true } },
      installation: { select: { teamName: true } },
    },
  });
  return rows.map((row) => ({
    id: row.id,
    workspace: row.installation.teamName,
    slackUserId: row.slackUserId,
    method: row.method,
    status: row.status,
    verifiedAt: row.verifiedAt,
    person: row.user,
  }));
}

async function bind(
  services: LinkServices,
  input: {
    installation: Installation;
    scopeId: string;
    slackUserId: string;
    person: Person;
    method: 'link' | 'sign_in' | 'admin';
    by: By;
    context: AuditContext;
    consume: string | null;
  },
): Promise<LinkOutcome> {
  const { installation, slackUserId, person } = input;
  const now = services.now();
  return services.db.prisma.$transaction(async (tx) => {
    if (input.consume !== null) {
      const { count } = await tx.slackLinkToken.deleteMany({ where: { hash: input.consume } });
      if (count !== 1) return refusedAs('unknown_token');
    }
    const installationId = installation.id;
    const others = await tx.slackUserLink.findMany({
      where: { installationId, OR: [{ slackUserId }, { userId: person.id }] },
    });
    for (const other of others) {
      if (other.slackUserId === slackUserId && other.userId !== person.id) return refusedAs('account_taken');
      if (other.slackUserId !== slackUserId && other.status === 'active') return refusedAs('person_taken');
      await tx.slackUserLink.delete({ where: { id: other.id } }); // the same pair again, or a stopped one
    }
    await tx.slackUserLink.create({
      data: {
        id: newId('sll', now),
        installationId,
        slackScopeId: input.scopeId,
        slackUserId,
        userId: person.id,
        method: input.method,
        emailAtLink: person.email,
        verifiedAt: now,
      },
    });
    await appendAudit(tx, now, {
      action: 'slack.linked',
      actor: actorOf(input.by),
      targets: [{ type: 'person', id: person.id, name: person.name }],
      context: input.context,
      facts: { account: `${input.scopeId}/${slackUserId}`, method: input.method },
    });
    return { kind: 'linked', workspace: installation.teamName };
  });
}

// Whoever was tied without knowing it learns of it here, and how to undo it.
async function greet(
  services: LinkServices,
  installation: Installation,
  slackUserId: string,
  person: Person,
): Promise<void> {
  const text = `This Slack account is now linked to ${person.name} (${person.email}) in Countersign: what you decide here counts as that person’s vote. If this is not you, unlink it.`;
  try {
    await clientsFor(services, installation).interactive.chat.postMessage({
      channel: slackUserId,
      text: 'This Slack account is now linked to a Countersign account.',
      blocks: [
        { type: 'section', block_id: 'text', text: literal(text, 1_000) },
        {
          type: 'actions',
          block_id: 'bar',
          elements: [
            { type: 'button', action_id: 'link.remove', text: { type: 'plain_text', text: 'Unlink', emoji: false } },
          ],
        },
      ],
      unfurl_links: false,
      unfurl_media: false,
    });
  } catch (error) {
    failureOf(error); // the link stands whether or not Slack could say so
  }
}

async function displayName(
  services: Pick<Services, 'env'>,
  installation: Installation,
  slackUserId: string,
): Promise<string | null> {
  try {
    const { user } = await clientsFor(services, installation).interactive.users.info({ user: slackUserId });
    return user?.real_name ?? user?.name ?? null;
  } catch {
    return null; // the account's id is shown in any case
  }
}

function refusedAs(reason: keyof typeof taken): LinkOutcome {
  return { kind: 'refused', reason, message: taken[reason] };
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
