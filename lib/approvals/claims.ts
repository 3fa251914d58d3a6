import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import type { Approval } from '@/lib/domain/approval';
import { type Actor, type AuditContext, type AuditFact, system } from '@/lib/domain/audit';
import { type Claim, type ClaimOutcome, claim, mayRelease } from '@/lib/domain/claim';
import { can, type Person } from '@/lib/domain/person';
import { personColumns, toPerson } from '@/lib/people/store';
import type { Services } from '@/lib/services';
import { announceApproval } from './announce';
import { queueLapse } from './queue-lapse';
import { lockApproval } from './store';

/**
 * Takes a request, or gives it to `to`; `over` is the id of the holder that the person saw, null for nobody. Refusals are
 * values and are recorded. Safe to repeat: what is held already is `unchanged`. Null: no such approval, or no such person.
 */
export async function claimApproval(
  services: Pick<Services, 'db' | 'now'>,
  input: { approvalId: string; to: string | null; over: string | null; by: Person; context: AuditContext },
): Promise<ClaimOutcome | null> {
  return services.db.prisma.$transaction(async (tx) => {
    const approval = await lockApproval(tx, input.approvalId);
    if (approval === null) return null;
    const now = services.now();
    const to = input.to === null || input.to === input.by.id ? input.by : await findPerson(tx, input.to, now);
    if (to === null) return null;
    const { by, over } = input;
    const outcome = claim(approval, await readClaim(tx, approval.id, now), { by, to, over, now });
    if (outcome.kind === 'unchanged') return outcome;
    const tool = approval.call.name;
    const note = (fact: AuditFact<'claim'>, other?: { id: string; name: string }) =>
      record(tx, now, approval, { actor: actorOf(by), context: input.context, fact, other });
    if (outcome.kind === 'refused') {
      await note({ action: 'claim.refused', facts: { tool, reason: outcome.reason.code } });
      return outcome;
    }
    const { holder, givenBy, at, lapsesAt } = outcome.claim;
    const row = { userId: holder.id, givenBy: givenBy?.id ?? null, claimedAt: at, lapsesAt };
    await tx.approvalClaim.upsert({
      where: { approvalId: approval.id },
      create: { approvalId: approval.id, ...row },
      update: row,
    });
    // Whoever is on it has it before them.
    await tx.approvalSnooze.deleteMany({ where: { approvalId: approval.id, userId: holder.id } });
    if (givenBy !== null) await note({ action: 'claim.given', facts: { tool, to: holder.name } }, holder);
    else if (outcome.over === null) await note({ action: 'claim.taken', facts: { tool } });
    else await note({ action: 'claim.taken_over', facts: { tool, from: outcome.over.name } }, outcome.over);
    await queueLapse(tx, approval.id);
    await announceApproval(tx, approval);
    return outcome;
  });
}

/** Lets a claim go, for its holder or whoever gave it to them. Null: nobody is on it, or it is not theirs. */
export async function releaseClaim(
  services: Pick<Services, 'db' | 'now'>,
  input: { approvalId: string; by: Person; context: AuditContext },
): Promise<Claim | null> {
  return services.db.prisma.$transaction(async (tx) => {
    const approval = await lockApproval(tx, input.approvalId);
    if (approval === null) return null;
    const now = services.now();
    const current = await readClaim(tx, approval.id, now);
    if (current === null || !mayRelease(current, input.by)) return null;
    const fact = { action: 'claim.released', facts: { tool: approval.call.name, why: 'let_go' } } as const;
    await tx.approvalClaim.deleteMany({ where: { approvalId: approval.id } });
    await record(tx, now, approval, { actor: actorOf(input.by), context: input.context, fact });
    await announceApproval(tx, approval);
    return current;
  });
}

/** Frees everything that somebody is on who cannot decide any more, in the transaction that shuts them out. */
export async function releaseClaimsOf(tx: Transaction, person: Pick<Person, 'id' | 'name'>, now: Date): Promise<void> {
  const rows = await tx.approvalClaim.findMany({
    where: { userId: person.id },
    select: { approvalId: true, approval: { select: { id: true, runId: true, name: true } } },
  });
  await tx.approvalClaim.deleteMany({ where: { userId: person.id } });
  for (const { approval } of rows) {
    const fact = { action: 'claim.released', facts: { tool: approval.name, why: 'deactivated' } } as const;
    const about = { ...approval, call: { name: approval.name } };
    await record(tx, now, about, { actor: system, context: { surface: 'worker' }, fact, other: person });
    await announceApproval(tx, approval);
  }
}

/** Takes a claim away whose time is over. True: it was, and the caller announces it. */
export async function lapseClaim(tx: Transaction, approval: Approval, now: Date): Promise<boolean> {
  const row = await tx.approvalClaim.findUnique({
    where: { approvalId: approval.id },
    select: { lapsesAt: true, user: { select: { id: true, name: true } } },
  });
  if (row === null || now < row.lapsesAt) return false;
  await tx.approvalClaim.delete({ where: { approvalId: approval.id } });
  const fact = { action: 'claim.released', facts: { tool: approval.call.name, why: 'lapsed' } } as const;
  await record(tx, now, approval, { actor: system, context: { surface: 'worker' }, fact, other: row.user });
  return true;
}

/** Who is on a request at this moment: somebody who still decides, and whose time is not over. */
export async function readClaim(tx: Transaction, approvalId: string, now: Date): Promise<Claim | null> {
  const row = await tx.approvalClaim.findUnique({
    where: { approvalId },
    include: { user: { select: personColumns }, giver: { select: { id: true, name: true } } },
  });
  if (row === null || now >= row.lapsesAt) return null;
  const holder = toPerson(row.user, now);
  if (!can(holder, 'approvals.vote')) return null;
  return {
    holder: { id: holder.id, name: holder.name },
    givenBy: row.giver,
    at: row.claimedAt,
    lapsesAt: row.lapsesAt,
  };
}

async function findPerson(tx: Transaction, id: string, now: Date): Promise<Person | null> {
  const row = await tx.user.findUnique({ where: { id }, select: personColumns });
  return row && toPerson(row, now);
}

function actorOf({ id, name }: Person): Actor {
  return { type: 'person', id, name };
}

async function record(
  tx: Transaction,
  now: Date,
  approval: { id: string; runId: string; call: { name: string } },
  entry: {
    actor: Actor;
    context: AuditContext;
    fact: AuditFact<'claim'>;
    other?: { id: string; name: string } | undefined;
  },
): Promise<void> {
  const { actor, context, fact, other } = entry;
  await appendAudit(tx, now, {
    ...fact,
    actor,
    targets: [
      { type: 'approval', id: approval.id, name: approval.call.name },
      ...(other ? [{ type: 'person' as const, id: other.id, name: other.name }] : []),
    ],
    context,
    runId: approval.runId,
    approvalId: approval.id,
  });
}
