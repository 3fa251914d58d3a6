import { createHash } from 'node:crypto';
import { can } from '@/lib/domain/person';
import { log } from '@/lib/log';
import type { Services } from '@/lib/services';
import { type HomeContent, homeView } from './blocks/home';
import { statusWord } from './blocks/words';
import { failureOf } from './failures';
import { type Identity, identify, mayLink } from './identity';
import { clientsFor, installationById } from './installations';
import { slackRows, waitingFor } from './waiting';

const rowsOnPage = 10;
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
  const where = { installationId_slackUserId: home };
  const known = await services.db.prisma.slackHome.findUnique({ where, select: { publishedHash: true, page: true } });
  const view = homeView(await contentFor(services, identity, known?.page ?? 0), services.env.appUrl);
  const publishedHash = createHash('sha256').update(JSON.stringify(view)).digest('base64url');
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

async function contentFor(services: Services, identity: Identity, wanted: number): Promise<HomeContent> {
  if (!identity.ok) {
    return mayLink(identity.reason) ? { kind: 'unlinked' } : { kind: 'outside', text: identity.why };
  }
  const { person } = identity;
  const { rows, beyond } = await waitingFor(services, person);
  const pages = Math.max(1, Math.ceil(rows.length / rowsOnPage));
  // What was on the last page may have been decided meanwhile.
  const page = Math.min(wanted, pages - 1);
  const decided = await services.db.prisma.approval.findMany({
    where: {
      status: { in: ['approved', 'rejected', 'answered'] },
      votes: { some: { userId: person.id, voidedAt: null } },
    },
    orderBy: { decidedAt: 'desc' },
    take: decidedShown,
    select: { id: true, name: true, status: true, decidedAt: true },
  });
  return {
    kind: 'linked',
    name: person.name,
    email: person.email,
    rows: await slackRows(services, rows.slice(page * rowsOnPage, (page + 1) * rowsOnPage), person),
    count: rows.length,
    beyond,
    page,
    pages,
    decided: decided.flatMap(({ id, name, status, decidedAt }) =>
      decidedAt === null
        ? []
        : [{ id, tool: name, status: statusWord[status as keyof typeof statusWord], at: decidedAt }],
    ),
    canManage: can(person, 'settings.manage'),
  };
}
