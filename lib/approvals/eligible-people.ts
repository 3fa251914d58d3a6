import type { Transaction } from '@/lib/db';
import { type Approval, mayVote } from '@/lib/domain/approval';
import type { Person } from '@/lib/domain/person';
import { personColumns, toPerson } from '@/lib/people/store';

const longestList = 200;

/** The people who may vote on an approval, by name. */
export async function eligiblePeople(tx: Transaction, approval: Approval, now: Date): Promise<readonly Person[]> {
  const { groups } = approval.requirement;
  const rows = await tx.user.findMany({
    where: {
      deactivatedAt: null,
      role: { in: ['reviewer', 'admin'] },
      ...(groups.length > 0
        ? {
            OR: [
              { groups: { some: { group: { name: { in: [...groups] } } } } },
              { email: { in: groups.flatMap((name) => (name.startsWith('@') ? [name.slice(1)] : [])) } },
            ],
          }
        : {}),
    },
    orderBy: { name: 'asc' },
    select: personColumns,
    take: longestList,
  });
  return rows.map((row) => toPerson(row, now)).filter((person) => mayVote(approval, person) === 'yes');
}
