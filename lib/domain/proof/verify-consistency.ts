import { parseConsistencyFile, renderConsistencyFile } from './consistency-file';
import { sha256 } from './digest';
import type { Keys } from './jws';
import { hashFromHex, verifyConsistency } from './merkle';
import { type Findings, findings, type Report } from './report';
import { signedStatement } from './signature';
import { type CheckpointStatement, checkpointIn } from './statements';

/**
 * Verifies the proof that one checkpoint's log is the beginning of another's: both signatures, and the path between the two
 * roots. `known`: checkpoints that were kept elsewhere; those of the same size must be the same.
 */
export async function verifyConsistencyFile(
  text: string,
  { keys, known }: { keys: Keys | null; known: readonly CheckpointStatement[] },
): Promise<Report> {
  const found = findings();
  const file = parseConsistencyFile(text);
  if (file === null) {
    found.fault({ code: 'unreadable', message: 'The file is no proof of ours, or not whole.' });
    return found.report('consistency', 'A proof between two checkpoints');
  }
  if (renderConsistencyFile(file) !== text) {
    found.fault({
      code: 'not_as_written',
      message: 'The file is not written as we write it: something was changed beside what is signed.',
    });
  }
  const signed = { keys, parse: checkpointIn };
  const older = await signedStatement(found, { ...signed, jws: file.older, name: 'the older checkpoint' });
  const newer = await signedStatement(found, { ...signed, jws: file.newer, name: 'the newer checkpoint' });
  if (older === null || newer === null) return found.report('consistency', 'A proof between two checkpoints');
  if (older.log !== newer.log) {
    found.fault({ code: 'other_log', message: `One checkpoint is of ${older.log}, the other of ${newer.log}.` });
  } else {
    checkPath(found, older, newer, file.path);
  }
  for (const other of known) checkKnown(found, [older, newer], other);
  if (keys === null) found.open('No keys were given, so no signature was checked.');
  if (!found.failed()) {
    found.fact('Log', newer.log);
    found.fact('Older', `${older.size} entries, signed ${older.time}`);
    found.fact('Newer', `${newer.size} entries, signed ${newer.time}`);
    found.fact('Root then', older.root);
    found.fact('Root now', newer.root);
    if (keys !== null) found.checked('Both checkpoints are signed by published keys.');
    found.checked(
      `The first ${older.size} entries are still those of the older checkpoint: none was changed, removed, added or moved.`,
    );
    found.note('What the entries say: an export of the history shows that.');
  }
  return found.report('consistency', `A log of ${older.size} entries that grew to ${newer.size}`);
}

function checkPath(
  found: Findings,
  older: CheckpointStatement,
  newer: CheckpointStatement,
  path: readonly string[],
): void {
  if (older.size > newer.size) {
    found.fault({
      code: 'checkpoint_differs',
      message: `The older checkpoint has ${older.size} entries, the newer one ${newer.size}: a log does not shrink.`,
    });
    return;
  }
  const [firstRoot, secondRoot] = [hashFromHex(older.root), hashFromHex(newer.root)];
  const hashes = path.map(hashFromHex).filter((hash) => hash !== null);
  const holds =
    firstRoot !== null &&
    secondRoot !== null &&
    hashes.length === path.length &&
    verifyConsistency(sha256, { first: older.size, second: newer.size, firstRoot, secondRoot, path: hashes });
  if (!holds) {
    found.fault({
      code: 'not_a_beginning',
      message: `The proof does not lead from the log of ${older.size} entries to the one of ${newer.size}: the proof was changed, or the history was.`,
    });
  }
}

function checkKnown(found: Findings, own: readonly CheckpointStatement[], known: CheckpointStatement): void {
  const same = own.find(({ size }) => size === known.size);
  if (own.some(({ log }) => log !== known.log)) {
    found.fault({ code: 'other_log', message: `The checkpoint given is of another log, ${known.log}.` });
  } else if (same === undefined) {
    found.open(`The checkpoint given is of ${known.size} entries; the proof is between two others.`);
  } else if (same.root !== known.root) {
    found.fault({
      code: 'checkpoint_differs',
      message: `The checkpoint given signs another root for the same ${known.size} entries: there are two histories.`,
    });
  } else {
    found.checked(`The checkpoint given, of ${known.size} entries, is one of the two.`);
  }
}
