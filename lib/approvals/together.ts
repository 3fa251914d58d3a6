import type { Ballot, VoteOutcome } from '@/lib/domain/approval';
import type { AuditContext } from '@/lib/domain/audit';
import { mask } from '@/lib/domain/masking';
import type { Person } from '@/lib/domain/person';
import { type Apart, type Chosen, mostTogether, whyApart, whyDifferent } from '@/lib/domain/together';
import type { Services } from '@/lib/services';
import { approvalParts, toApproval } from './store';
import type { TogetherView } from './views';
import { vote } from './vote';

/** What one act would decide, to be read first; or why these cannot be decided together. */
export async function findTogether(
  services: Pick<Services, 'db' | 'now'>,
  ids: readonly string[],
  viewer: Person,
): Promise<{ kind: 'together'; view: TogetherView } | { kind: 'apart'; why: Apart }> {
  const rows = await read(services, ids);
  const why = whyApart(rows.map(toChosen), viewer, services.now());
  if (why !== null) return { kind: 'apart', why };
  const [first] = rows;
  if (first === undefined) return { kind: 'apart', why: 'too_few' };
  const { approval } = toChosen(first);
  return {
    kind: 'together',
    view: {
      tool: approval.call.name,
      tier: approval.tier,
      agent: first.run.agent?.name ?? null,
      rule: approval.requirement.rule,
      approvalsNeeded: approval.requirement.approvals,
      arguments: mask(approval.call.arguments, first.maskedFields),
      calls: rows.map((row) => ({
        id: row.id,
        callHash: row.callHash,
        effect: row.effect,
        requester: row.run.requester,
        runTitle: row.run.title,
        deadline: row.deadline,
      })),
    },
  };
}

/**
 * Votes on each of several identical calls of low risk: each its own vote, for its own call, by the same use case as any
 * other. What was decided elsewhere meanwhile is refused for itself and holds up none of the rest.
 */
export async function decideTogether(
  services: Pick<Services, 'db' | 'now'>,
  input: {
    calls: readonly Readonly<{ id: string; callHash: string }>[];
    verdict: { verdict: 'approve' } | Omit<Extract<Ballot, { verdict: 'reject' }>, 'callHash'>;
    by: Person;
    context: AuditContext;
  },
): Promise<
  | { kind: 'voted'; results: readonly Readonly<{ id: string; effect: string; outcome: VoteOutcome }>[] }
  | { kind: 'apart'; why: Apart }
> {
  const rows = await read(
    services,
    input.calls.map(({ id }) => id),
  );
  const why = whyDifferent(rows.map(toChosen));
  if (why !== null) return { kind: 'apart', why };
  const results: { id: string; effect: string; outcome: VoteOutcome }[] = [];
  for (const { id, effect } of rows) {
    const callHash = input.calls.find((call) => call.id === id)?.callHash ?? '';
    const ballot: Ballot =
      input.verdict.verdict === 'approve'
        ? { callHash, verdict: 'approve', arguments: null, note: null }
        : { callHash, ...input.verdict };
    const { by, context } = input;
    const outcome = await vote(services, { approvalId: id, ballot, by, surface: 'web', context });
    if (outcome !== null) results.push({ id, effect, outcome });
  }
  return { kind: 'voted', results };
}

async function read({ db }: Pick<Services, 'db'>, ids: readonly string[]) {
  const rows = await db.prisma.approval.findMany({
    where: { id: { in: ids.slice(0, mostTogether + 1) } },
    include: {
      ...approvalParts,
      run: { select: { ...approvalParts.run.select, title: true, agentId: true, agent: { select: { name: true } } } },
    },
  });
  return ids.flatMap((id) => rows.find((row) => row.id === id) ?? []);
}

function toChosen(row: Awaited<ReturnType<typeof read>>[number]): Chosen {
  return { approval: toApproval(row), agentId: row.run.agentId };
}
