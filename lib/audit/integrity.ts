import { can, type Person } from '@/lib/domain/person';
import { leafText } from '@/lib/domain/proof/leaf';
import { leafHash, toHex, verifyInclusion } from '@/lib/domain/proof/merkle';
import { AppError } from '@/lib/errors';
import type { Services } from '@/lib/services';
import { type Checkpoint, checkpointOver, newestCheckpoint } from './checkpoint';
import { sha256 } from './hashes';
import { inclusionProof, leafIndexOf, logHead, rootAt } from './proofs';
import { toSealed } from './store';
import { waitingCount } from './tree-store';
import { latestVerifications, type Verification } from './verification';
import type { EntryProof, IntegrityView, VerificationView } from './views';

const countedUpTo = 1_000;

/** How the log stands: its size and root, what waits to get in, the last checkpoint and where it went. */
export async function readIntegrity(services: Pick<Services, 'db'>, by: Person): Promise<IntegrityView> {
  if (!can(by, 'audit.read')) throw new AppError('forbidden', 'Only auditors and admins read the history.');
  const { prisma } = services.db;
  const [{ log, size, root }, waiting, newest, verification, places] = await Promise.all([
    logHead(prisma),
    waitingCount(prisma, countedUpTo + 1),
    newestCheckpoint(services),
    latestVerifications(services),
    prisma.checkpointPlace.findMany({ orderBy: { kind: 'asc' } }),
  ]);
  return {
    log,
    size,
    root: toHex(root),
    waiting: { count: Math.min(waiting, countedUpTo), more: waiting > countedUpTo },
    checkpoint: newest && pointOf(newest),
    verification: {
      newest: verification.newest && toView(verification.newest),
      finished: verification.finished && toView(verification.finished),
    },
    places: places.map(({ kind, ok, message, at, upTo }) => ({
      kind,
      ok,
      message,
      at: at.toISOString(),
      current: newest !== null && upTo >= newest.id,
    })),
  };
}

/**
 * The proof that an entry is in the log: its leaf, the path from it to the root, and whether they fit together as they
 * stand in the database. Null: it is not in the tree, which for an entry of the last seconds means not yet.
 */
export async function proofOf(services: Pick<Services, 'db'>, entryId: string): Promise<EntryProof | null> {
  const { prisma } = services.db;
  const [index, row] = await Promise.all([
    leafIndexOf(prisma, entryId),
    prisma.auditEntry.findUnique({ where: { id: entryId } }),
  ]);
  if (index === null || row === null) return null;
  const covering = await checkpointOver(services, index);
  const size = covering?.size ?? (await logHead(prisma)).size;
  const [path, root] = await Promise.all([inclusionProof(prisma, index, size), rootAt(prisma, size)]);
  const leaf = leafText(toSealed(row));
  const hash = leafHash(sha256, Buffer.from(leaf, 'utf8'));
  return {
    index,
    size,
    leaf,
    hash: toHex(hash),
    root: toHex(root),
    path: path.map(toHex),
    holds: verifyInclusion(sha256, { leafHash: hash, index, size, path, root }) && rootFits(covering, root),
    checkpoint: covering && pointOf(covering),
  };
}

function rootFits(checkpoint: Checkpoint | null, root: Uint8Array): boolean {
  return checkpoint === null || checkpoint.root === toHex(root);
}

function pointOf({ size, root, at }: Checkpoint): NonNullable<IntegrityView['checkpoint']> {
  return { size, root, at: at.toISOString() };
}

function toView({ startedAt, finishedAt, findings, ...rest }: Verification): VerificationView {
  return {
    ...rest,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    findings: findings.map(({ message }) => ({ message })),
  };
}
