import type { Transaction } from '@/lib/db';
import { closedBy } from '@/lib/domain/pause';
import { Prisma } from '@/lib/generated/prisma/client';

/** What stands where a name stood. */
export const erasedName = 'Erased person';

/**
 * Deletes what serves only a person's way in and their own comfort, and takes their name out of the short lists that
 * know people by name alone: invitations, what is stopped, and resumes that they closed.
 */
export async function eraseOwn(
  tx: Transaction,
  { id: userId, name, email }: Readonly<{ id: string; name: string; email: string }>,
): Promise<void> {
  await tx.session.deleteMany({ where: { userId } });
  await tx.account.deleteMany({ where: { userId } });
  await tx.passkey.deleteMany({ where: { userId } });
  await tx.totp.deleteMany({ where: { userId } });
  await tx.recoveryCode.deleteMany({ where: { userId } });
  await tx.delegation.deleteMany({ where: { OR: [{ fromUserId: userId }, { toUserId: userId }] } });
  await tx.groupMember.deleteMany({ where: { userId } });
  await tx.auditView.deleteMany({ where: { userId } });
  await tx.invitation.deleteMany({ where: { email: { equals: email, mode: 'insensitive' } } });
  await tx.invitation.updateMany({ where: { createdBy: name }, data: { createdBy: erasedName } });
  await tx.hold.updateMany({ where: { setBy: name }, data: { setBy: erasedName } });
  for (const { installationId, slackUserId } of await tx.slackUserLink.findMany({ where: { userId } })) {
    await tx.slackHome.deleteMany({ where: { installationId, slackUserId } });
    await tx.slackLinkToken.deleteMany({ where: { installationId, slackUserId } });
    await tx.slackInstallation.updateMany({
      where: { id: installationId, installedBy: slackUserId },
      data: { installedBy: null },
    });
  }
  await tx.slackUserLink.deleteMany({ where: { userId } });
  await tx.slackOAuthState.deleteMany({ where: { userId } });
  // The history knows what they closed; without it every pause and every run would have to be looked at.
  const [was, is] = [closedBy(name), closedBy(erasedName)];
  const closed = Prisma.sql`select run_id from audit_entry where actor_id = ${userId} and action = 'resume.settled'`;
  await tx.$executeRaw`
    update pause set message = ${is} || substr(message, ${was.length + 1})
    where run_id in (${closed}) and starts_with(message, ${was})`;
  await tx.$executeRaw`
    update run set message = ${is} || substr(message, ${was.length + 1})
    where id in (${closed}) and starts_with(message, ${was})`;
}

/**
 * Takes a person's name and address out of votes, decisions, results, runs and policies. What they decided, and when,
 * stays; so do the words of their reasons, which are the decision's.
 */
export async function eraseElsewhere(
  tx: Transaction,
  { personId, email }: { personId: string; email: string },
): Promise<void> {
  await tx.vote.updateMany({ where: { userId: personId }, data: { userName: erasedName } });
  await tx.vote.updateMany({ where: { forUserId: personId }, data: { forUserName: erasedName } });
  // Voters stand in the decision by name; only those approvals are looked at that the person voted on.
  await tx.$executeRaw`
    update approval set decision = jsonb_set(decision, '{by,voters}', (
      select jsonb_agg(case
        when voter->>'id' = ${personId} then jsonb_set(voter, '{name}', to_jsonb(${erasedName}::text))
        when voter->'for'->>'id' = ${personId} then jsonb_set(voter, '{for,name}', to_jsonb(${erasedName}::text))
        else voter end order by place)
      from jsonb_array_elements(decision->'by'->'voters') with ordinality as voters (voter, place)))
    where id in (select approval_id from vote where user_id = ${personId} or for_user_id = ${personId})
      and jsonb_typeof(decision->'by'->'voters') = 'array'`;
  await tx.$executeRaw`
    update approval set outcome = jsonb_set(outcome, '{by,name}', to_jsonb(${erasedName}::text))
    where outcome->'by'->>'id' = ${personId}`;
  await tx.$executeRaw`
    update approval set extension = jsonb_set(extension, '{by,name}', to_jsonb(${erasedName}::text))
    where extension->'by'->>'id' = ${personId}`;
  await tx.$executeRaw`
    update run set requester = ${erasedName}
    where requester_user_id = ${personId} or strpos(lower(requester), lower(${email})) > 0`;
  await tx.policyVersion.updateMany({ where: { createdBy: personId }, data: { createdByName: erasedName } });
  await tx.policyVersion.updateMany({ where: { publishedBy: personId }, data: { publishedByName: erasedName } });
  // Other people's bookmarks that look for this address, which stands in them as a link has it.
  const inLinks = new URLSearchParams([['', email]]).toString().slice(1);
  await tx.$executeRaw`
    delete from audit_view
    where strpos(lower(name), lower(${email})) > 0 or strpos(lower(query), lower(${inLinks})) > 0`;
  await tx.$executeRaw`delete from verification where lower(identifier) = lower(${email})`;
}
