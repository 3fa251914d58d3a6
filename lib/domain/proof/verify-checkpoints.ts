import type { FileLine } from './file-lines';
import type { Keys } from './jws';
import { type Findings, findings, type Report } from './report';
import { signedStatement } from './signature';
import { type CheckpointStatement, checkpointIn } from './statements';

/** Verifies checkpoints, one a line: their signatures, and that all of them can be of one history. */
export async function verifyCheckpoints(lines: AsyncIterable<FileLine>, keys: Keys | null): Promise<Report> {
  const found = findings();
  const { count, newest } = await readCheckpoints(found, lines, keys);
  if (keys === null) found.open('No keys were given, so no signature was checked.');
  if (newest !== null && !found.failed()) {
    found.fact('Log', newest.log);
    found.fact('Entries', String(newest.size));
    found.fact('Root', newest.root);
    found.fact('Signed', newest.time);
    if (keys !== null)
      found.checked(
        count === 1 ? 'The signature is by a published key.' : `All ${count} signatures are by published keys.`,
      );
    if (count > 1) found.checked('No two of them contradict each other in size, root or time.');
    found.note(
      'That the log has these entries: give this checkpoint together with an export, or a receipt of the same size.',
    );
  }
  return found.report('checkpoints', count === 1 ? 'A checkpoint' : `${count} checkpoints`);
}

/** The checkpoints of a file, for use beside another; what is wrong with them goes to the findings. */
export async function readCheckpoints(
  found: Findings,
  lines: AsyncIterable<FileLine>,
  keys: Keys | null,
): Promise<{ count: number; newest: CheckpointStatement | null; all: readonly CheckpointStatement[] }> {
  const all: CheckpointStatement[] = [];
  let count = 0;
  for await (const { text, number: line } of lines) {
    count += 1;
    const name = `the checkpoint in line ${line}`;
    const statement = await signedStatement(found, { jws: text ?? '', keys, name, parse: checkpointIn, line });
    if (statement === null) continue;
    for (const other of all) contradict(found, other, statement, line);
    all.push(statement);
  }
  if (count === 0) found.fault({ code: 'unreadable', message: 'The file is empty.' });
  const newest = all.reduce<CheckpointStatement | null>(
    (best, one) => (best === null || one.size > best.size ? one : best),
    null,
  );
  return { count, newest, all };
}

function contradict(found: Findings, one: CheckpointStatement, other: CheckpointStatement, line: number): void {
  if (one.log !== other.log) {
    found.fault({
      code: 'other_log',
      message: `Line ${line} is a checkpoint of ${other.log}, not of ${one.log}.`,
      line,
    });
  } else if (one.size === other.size && one.root !== other.root) {
    found.fault({
      code: 'checkpoint_differs',
      message: `Line ${line} signs another root for the same ${other.size} entries: there are two histories.`,
      line,
    });
  } else if ((one.size < other.size && one.time > other.time) || (one.size > other.size && one.time < other.time)) {
    found.fault({
      code: 'checkpoint_differs',
      message: `Line ${line} has ${other.size} entries at ${other.time}, when there were ${one.size} at ${one.time}: a log does not shrink.`,
      line,
    });
  }
}
