import type { ApprovalStatus } from '@/lib/domain/approval';
import type { Person } from '@/lib/domain/person';
import type { Services } from '@/lib/services';
import { cursorOf, pageFrom, parseCursor } from './cursor';
import { decidedBy } from './decided-by';
import { approvalParts, toApproval } from './store';

/** One call of a run that was asked for by whoever looks at it, and how it came out. */
export type OwnRequest = Readonly<{
  id: string;
  effect: string;
  status: ApprovalStatus;
  changed: boolean;
  by: readonly string[];
  byRule: boolean;
  reason: string | null; // what whoever decided said
  createdAt: Date;
  decidedAt: Date | null;
  deadline: Date;
  run: Readonly<{ id: string; title: string }>;
}>;

const pageSize = 50;

/** A page of the calls of a person’s own runs, newest first: of runs that name them or their address. */
export async function ownRequests(
  services: Pick<Services, 'db'>,
  person: Person,
  after: string | undefined,
): Promise<Readonly<{ rows: readonly OwnRequest[]; older: string | null }>> {
  const from = parseCursor(after);
  const rows = await services.db.prisma.approval.findMany({
    where: {
      run: {
        OR: [{ requesterUserId: person.id }, { requester: { equals: escaped(person.email), mode: 'insensitive' } }],
      },
      ...(from === null ? {} : { OR: [{ createdAt: { lt: from.at } }, { createdAt: from.at, id: { lt: from.id } }] }),
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: pageSize + 1,
    include: { ...approvalParts, run: { select: { ...approvalParts.run.select, title: true } } },
  });
  const page = pageFrom(rows, pageSize, from === null ? null : 'after', ({ createdAt, id }) =>
    cursorOf({ at: createdAt, id }),
  );
  return {
    older: page.older,
    rows: page.rows.map((row) => {
      const { state, effect, id, createdAt, deadline, runId } = toApproval(row);
      return {
        id,
        effect,
        status: state.status,
        changed: state.status === 'approved' && state.changed,
        ...decidedBy(row.decision),
        reason: state.status === 'rejected' ? state.reason : 'note' in state ? state.note : null,
        createdAt,
        decidedAt: state.status === 'pending' ? null : state.at,
        deadline,
        run: { id: runId, title: row.run.title },
      };
    }),
  };
}

// Without regard to case Prisma compares with ILIKE, to which these are patterns.
const escaped = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
