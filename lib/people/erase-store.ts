import type { Transaction } from '@/lib/db';

/** What stands where a name stood. */
export const erasedName = 'Erased person';

/**
 * Takes a person's name and address out of votes, decisions, results and runs. What they decided, and when, stays; so
 * do the words of their reasons, which are the decision's.
 */
export async function eraseElsewhere(
  tx: Transaction,
  { personId, email }: { personId: string; email: string },
): Promise<void> {
  await tx.vote.updateMany({ where: { userId: personId }, data: { userName: erasedName } });
  // Voters stand in the decision by name; only those approvals are looked at that the person voted on.
  await tx.$executeRaw`
    update approval set decision = jsonb_set(decision, '{by,voters}', (
      select jsonb_agg(case when voter->>'id' = ${personId} then jsonb_set(voter, '{name}', to_jsonb(${erasedName}::text)) else voter end order by place)
      from jsonb_array_elements(decision->'by'->'voters') with ordinality as voters (voter, place)))
    where id in (select approval_id from vote where user_id = ${personId})
      and jsonb_typeof(decision->'by'->'voters') = 'array' and decision->'by'->'voters' @> jsonb_build_array(jsonb_build_object('id', ${personId}::text))`;
  await tx.$executeRaw`
    update approval set outcome = jsonb_set(outcome, '{by,name}', to_jsonb(${erasedName}::text))
    where outcome->'by'->>'id' = ${personId}`;
  await tx.$executeRaw`
    update run set requester = ${erasedName}
    where requester_user_id = ${personId} or lower(requester) = lower(${email})`;
  await tx.$executeRaw`delete from verification where lower(identifier) = lower(${email})`;
}
