import { checkpointOver, checkpointWhenGrown } from '@/lib/audit/checkpoint';
import { growLog } from '@/lib/audit/grow';
import { inclusionProof, leafIndexOf } from '@/lib/audit/proofs';
import { toSealed } from '@/lib/audit/store';
import { isJsonObject } from '@/lib/domain/json';
import { can, type Person } from '@/lib/domain/person';
import { claimsOf } from '@/lib/domain/proof/jws';
import { leafText } from '@/lib/domain/proof/leaf';
import { toHex } from '@/lib/domain/proof/merkle';
import { assertionHash, assertionIn, type PasskeyAssertion } from '@/lib/domain/proof/passkey-vote';
import { renderReceiptFile } from '@/lib/domain/proof/receipt-file';
import { receiptIn } from '@/lib/domain/proof/statements';
import { AppError } from '@/lib/errors';
import { ensureReceipt, type ReceiptServices } from './issue';

/**
 * The receipt of a decision as a file that verifies with nothing but the published keys. If neither tree nor checkpoint
 * cover it yet, they are made to. Null: no such approval. Throws `forbidden`, `conflict` while nothing is decided for good,
 * and `unavailable` while an older transaction keeps the log from growing.
 */
export async function readReceiptFile(
  services: ReceiptServices,
  approvalId: string,
  by: Person | null, // null: a key of no person, whose scope was checked
): Promise<string | null> {
  if (by !== null && !can(by, 'approvals.read')) throw new AppError('forbidden', 'You may not read requests.');
  const { prisma } = services.db;
  const receipt = await ensureReceipt(services, approvalId);
  if (receipt === null) {
    const found = await prisma.approval.findUnique({ where: { id: approvalId }, select: { status: true } });
    if (found === null) return null;
    throw new AppError('conflict', noReceiptText(found.status));
  }
  const index = (await leafIndexOf(prisma, receipt.entryId)) ?? (await grownTo(services, receipt.entryId));
  if (index === null) throw new AppError('unavailable', later);
  const checkpoint = (await checkpointOver(services, index)) ?? (await signedOver(services, index));
  if (checkpoint === null) throw new AppError('unavailable', later);
  const [entry, path, passkeys] = await Promise.all([
    prisma.auditEntry.findUniqueOrThrow({ where: { id: receipt.entryId } }),
    inclusionProof(prisma, index, checkpoint.size),
    passkeysOf(services, approvalId, receipt.jws),
  ]);
  return renderReceiptFile({
    receipt: receipt.jws,
    entry: { leaf: leafText(toSealed(entry)) },
    proof: { leaf_index: index, tree_size: checkpoint.size, path: path.map(toHex) },
    checkpoint: checkpoint.jws,
    passkeys,
  });
}

/** What the voters' passkeys signed, in the order in which the receipt names it. What was changed since is left out. */
async function passkeysOf(
  { db }: Pick<ReceiptServices, 'db'>,
  approvalId: string,
  jws: string,
): Promise<PasskeyAssertion[]> {
  const wanted = receiptIn(claimsOf(jws) ?? {})?.voters.flatMap(({ passkey }) => passkey ?? []) ?? [];
  if (wanted.length === 0) return [];
  const votes = await db.prisma.vote.findMany({ where: { approvalId }, select: { stepUp: true } });
  const kept = new Map(
    votes.flatMap(({ stepUp }) => {
      const assertion = isJsonObject(stepUp) ? assertionIn(stepUp.assertion) : null;
      return assertion === null ? [] : [[assertionHash(assertion), assertion] as const];
    }),
  );
  return wanted.flatMap((hash) => kept.get(hash) ?? []);
}

const later =
  'The receipt is issued, and not in the log yet: another transaction is under way. Ask again in a few seconds.';

async function grownTo(services: ReceiptServices, entryId: string): Promise<number | null> {
  await growLog(services);
  return leafIndexOf(services.db.prisma, entryId);
}

async function signedOver(services: ReceiptServices, index: number) {
  await checkpointWhenGrown(services);
  return checkpointOver(services, index);
}

function noReceiptText(status: string): string {
  if (status === 'pending') return 'Nothing is decided yet, so there is no receipt.';
  if (status === 'superseded') return 'Nobody decided this request: another program went on without it.';
  return 'The decision can still be taken back. Its receipt is there as soon as it cannot.';
}
