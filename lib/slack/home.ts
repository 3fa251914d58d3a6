import { createHash } from 'node:crypto';
import { listInbox } from '@/lib/approvals/queries';
import { approvalParts, toApproval } from '@/lib/approvals/store';
import type { InboxRow } from '@/lib/approvals/views';
import { can } from '@/lib/domain/person';
import { log } from '@/lib/log';
import type { Services } from '@/lib/services';
import { revisionOf } from './blocks/button';
import { type HomeContent, type HomeRow, homeView } from './blocks/home';
import { statusWord } from './blocks/words';
import { failureOf } from './failures';
import { type Identity, identify } from './identity';
import { clientsFor, installationById } from './installations';
import { readSlackView } from './read-view';
import { slackOptions } from './settings';

const rowsShown = 10;
const decidedShown = 5;

/**
 * Brings a person's Home to what waits for them now; does nothing when it shows that already, unless forced. Safe to repeat;
 * what fails is made up for by the next change or visit.
 */
export async function publishHome(
  services: Services,
  home: { installationId: string; slackUserId: string },
  options: { force?: boolean } = {},
): Promise<void> {
  const installation = await installationById(services, home.installationId);
  if (installation === null) return;
  const identity = await identify(services, installation, { userId: home.slackUserId, teamId: null });
  const view = homeView(await contentFor(services, identity), services.env.appUrl);
  const publishedHash = createHash('sha256').update(JSON.stringify(view)).digest('base64url');
  const where = { installationId_slackUserId: home };
  const known = await services.db.prisma.slackHome.findUnique({ where, select: { publishedHash: true } });
  if (!options.force && known?.publishedHash === publishedHash) return;
  const { interactive, delivery } = clientsFor(services, installation);
  try {
    await (options.force ? interactive : delivery).views.publish({ user_id: home.slackUserId, view });
    await services.db.prisma.slackHome.updateMany({
      where: home,
      data: { publishedHash, publishedAt: services.now() },
    });
  } catch (error) {
    log.warn({ error: failureOf(error).error }, 'slack.home_not_published');
  }
}

/** Rows of the inbox as Slack lists them, with the revision that each button carries. */
export async function homeRows(services: Services, rows: readonly InboxRow[]): Promise<readonly HomeRow[]> {
  const found = await services.db.prisma.approval.findMany({
    where: { id: { in: rows.map(({ id }) => id) } },
    include: approvalParts,
  });
  const { hideArguments } = await slackOptions(services.db.prisma);
  const byId = new Map(found.map((row) => [row.id, row]));
  const shown: HomeRow[] = [];
  for (const { id, tool, tier, agent, deadline, effect } of rows) {
    const row = byId.get(id);
    if (row === undefined) continue;
    // The sentence may tell what is masked; `readSlackView` knows, and is asked only where something is.
    const safe = hideArguments
      ? `Call ${tool}`
      : row.maskedFields.length > 0
        ? ((await readSlackView(services, id))?.view.effect ?? `Call ${tool}`)
        : effect;
    shown.push({ id, revision: revisionOf(toApproval(row)), tool, effect: safe, tier, agent, deadline });
  }
  return shown;
}

async function contentFor(services: Services, identity: Identity): Promise<HomeContent> {
  if (!identity.ok) {
    return identity.reason === 'unlinked' || identity.reason === 'frozen'
      ? { kind: 'unlinked' }
      : { kind: 'outside', text: identity.text };
  }
  const { person } = identity;
  const { rows } = await listInbox(services, { tab: 'needs_me', order: 'due' }, person);
  const decided = await services.db.prisma.approval.findMany({
    where: {
      status: { in: ['approved', 'rejected', 'answered'] },
      votes: { some: { userId: person.id, voidedAt: null } },
    },
    orderBy: { decidedAt: 'desc' },
    take: decidedShown,
    select: { id: true, name: true, status: true, decidedAt: true },
  });
  const shown = await homeRows(services, rows.slice(0, rowsShown));
  return {
    kind: 'linked',
    name: person.name,
    email: person.email,
    rows: shown,
    more: rows.length - shown.length,
    decided: decided.flatMap(({ id, name, status, decidedAt }) =>
      decidedAt === null
        ? []
        : [{ id, tool: name, status: statusWord[status as keyof typeof statusWord], at: decidedAt }],
    ),
    canManage: can(person, 'settings.manage'),
  };
}
