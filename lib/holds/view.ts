import type { Hold } from '@/lib/domain/hold';
import type { Services } from '@/lib/services';
import { holdsInForce } from './store';

/** A hold with the name of what it stops. */
export type HoldView = Hold & Readonly<{ name: string }>;

/** What is stopped now, in words, everything first. It stands on every page, so everybody may read it. */
export async function holdViews({ db }: Pick<Services, 'db'>): Promise<readonly HoldView[]> {
  const holds = await holdsInForce(db.prisma);
  const ids = holds.flatMap(({ scope, key }) => (scope === 'agent' ? [key] : []));
  const agents =
    ids.length === 0
      ? []
      : await db.prisma.agent.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } });
  const names = new Map(agents.map(({ id, name }) => [id, name]));
  return holds.map((hold) => ({
    ...hold,
    name:
      hold.scope === 'everything'
        ? 'everything'
        : hold.scope === 'agent'
          ? (names.get(hold.key) ?? hold.key)
          : hold.key,
  }));
}
