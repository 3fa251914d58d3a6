import { declaredFunctions } from '@/lib/agents/store';
import type { HoldPlace } from '@/lib/domain/hold';
import type { Services } from '@/lib/services';
import { functionNameSchema } from '@/lib/tools/tools';

/** What somebody means by words they typed. `ambiguous`: a function and an agent are called that. */
export type NamedPlace =
  | { kind: 'found'; place: HoldPlace; name: string }
  | { kind: 'ambiguous' }
  | { kind: 'unknown'; name: string };

/**
 * What to stop or to release, by words such as `issue_refund`, `function issue_refund`, `agent Support` or `everything`;
 * none at all means everything. Only what is known here is found, so that a slip of the pen never stops nothing.
 */
export async function namedPlace({ db }: Pick<Services, 'db'>, words: string): Promise<NamedPlace> {
  const text = words.trim();
  if (text === '' || /^(?:everything|all)$/i.test(text)) {
    return { kind: 'found', place: { scope: 'everything', key: '' }, name: 'everything' };
  }
  const [, kind = '', name = text] = /^(function|tool|agent)\s+(.+)$/i.exec(text) ?? [];
  const [tool, agent] = await Promise.all([
    /^agent$/i.test(kind) ? null : findFunction(db, name),
    /^(?:function|tool)$/i.test(kind) ? null : findAgent(db, name),
  ]);
  if (tool !== null && agent !== null) return { kind: 'ambiguous' };
  if (tool !== null) return { kind: 'found', place: { scope: 'tool', key: tool }, name: tool };
  if (agent !== null) return { kind: 'found', place: { scope: 'agent', key: agent.id }, name: agent.name };
  return { kind: 'unknown', name };
}

async function findFunction({ prisma }: Services['db'], name: string): Promise<string | null> {
  if (!functionNameSchema.safeParse(name).success) return null;
  const [described, seen, declared, held] = await Promise.all([
    prisma.tool.findUnique({ where: { name }, select: { name: true } }),
    prisma.approval.findFirst({ where: { name }, select: { name: true } }),
    declaredFunctions(prisma),
    prisma.hold.findUnique({ where: { scope_key: { scope: 'tool', key: name } }, select: { key: true } }),
  ]);
  const isKnown = described ?? seen ?? held ?? declared.find((one) => one.name === name);
  return isKnown ? name : null;
}

function findAgent({ prisma }: Services['db'], name: string): Promise<{ id: string; name: string } | null> {
  return prisma.agent.findFirst({
    where: { OR: [{ id: name }, { name: { equals: name, mode: 'insensitive' } }] },
    orderBy: { archivedAt: { sort: 'desc', nulls: 'first' } },
    select: { id: true, name: true },
  });
}
