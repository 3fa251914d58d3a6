import { can, type Person } from '@/lib/domain/person';
import { renderConsistencyFile } from '@/lib/domain/proof/consistency-file';
import { keysOf, verifyJws } from '@/lib/domain/proof/jws';
import { toHex } from '@/lib/domain/proof/merkle';
import { checkpointIn } from '@/lib/domain/proof/statements';
import { AppError } from '@/lib/errors';
import type { Services } from '@/lib/services';
import { newestCheckpoint } from './checkpoint';
import { consistencyProof, rootAt } from './proofs';
import { publishedKeys } from './signing-keys';
import type { Consistency } from './views';

const longestCheckpoint = 4_000; // characters; one has some 500

/**
 * The proof, as a file, that the log of a checkpoint that somebody kept is the beginning of the log as it was signed last.
 * Of several in the text the first line counts. Throws `forbidden`, `invalid_input` for what is no checkpoint of this log,
 * and `conflict` when the log does not begin with it: then the history was changed.
 */
export async function proveFromCheckpoint(
  services: Pick<Services, 'db'>,
  text: string,
  by: Person | null, // null: whoever holds the server's command line
): Promise<Consistency> {
  if (by !== null && !can(by, 'audit.read'))
    throw new AppError('forbidden', 'Only auditors and admins read the history.');
  const { prisma } = services.db;
  const older = text.trim().split('\n')[0]?.trim() ?? '';
  const keys = await keysOf(await publishedKeys(services));
  const outcome = older.length > longestCheckpoint || keys === null ? null : await verifyJws(older, keys);
  if (outcome?.kind === 'unknown_key') {
    throw new AppError('invalid_input', 'This checkpoint is signed by a key that is none of ours.');
  }
  const then = outcome?.kind === 'valid' ? checkpointIn(outcome.payload) : null;
  if (then === null) throw new AppError('invalid_input', 'This is no checkpoint that we signed.');
  const { origin } = await prisma.auditLog.findFirstOrThrow({ select: { origin: true } });
  if (then.log !== origin) throw new AppError('invalid_input', `This checkpoint is of another log, ${then.log}.`);
  const now = await newestCheckpoint(services);
  if (now === null || now.size < then.size) {
    throw new AppError(
      'conflict',
      `This checkpoint was signed over ${then.size} entries; the newest one here has ${now?.size ?? 0}. The history was cut off.`,
    );
  }
  const root = toHex(await rootAt(prisma, then.size));
  if (root !== then.root) {
    throw new AppError(
      'conflict',
      `The history does not begin with this checkpoint’s ${then.size} entries: some were changed, removed or added since.`,
    );
  }
  const path = await consistencyProof(prisma, then.size, now.size);
  const file = renderConsistencyFile({ older, newer: now.jws, path: path.map(toHex) });
  return { file, olderSize: then.size, newerSize: now.size };
}
