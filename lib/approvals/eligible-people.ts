import type { Transaction } from '@/lib/db';
import { type Approval, mayVote } from '@/lib/domain/approval';
import type { Person } from '@/lib/domain/person';
import { personColumns, toPerson } from '@/lib/people/store';

const longestList = 200;

/** The people who may vote on an approval, in their own name or another’s place, by name. */
export async function eligiblePeople(tx: Transaction, approval: Approval, now: Date): Promise<readonly Person[]> {
  const { groups } = approval.requirement;
  const asked = [
    { groups: { some: { group: { name: { in: [...groups] } } } } },
    { email: { in: groups.flatMap((name) => (name.startsWith('@') ? [name.slice(1)] : [])) } },
  ];
  const rows = await tx.user.findMany({
    where: {
      deactivatedAt: null,
      role: { in: ['reviewer', 'admin'] },
      ...(groups.length > 0
        ? {
            OR: [
              ...asked,
              {
                delegationsTo: {
                  some: { revokedAt: null, startsAt: { lte: now }, endsAt: { gt: now }, from: { OR: asked } },
                },
              },
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
