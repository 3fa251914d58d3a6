import { findingText } from '@/lib/audit/findings';
import { verifyNow } from '@/lib/audit/verification';
import { type Command, Failure } from './command';

/** Verifies the whole history of the database, and says what came of it. */
export const verifyAuditCommand: Command = {
  usage: 'audit verify [FILE]',
  does: 'Verifies the whole history, its tree and its checkpoints; with FILE, a receipt, an export or a checkpoint without the database.',
  options: {},
  async run({ services }, terminal) {
    const { size, root, checkpoints, findings, findingCount } = await verifyNow(services);
    terminal.out(`Read ${size} entries and ${checkpoints} checkpoints. Root ${root ?? 'unknown'}.`);
    if (findingCount === 0) {
      terminal.out('VERIFIED: every entry is what was written, where it was written, and as it was signed.');
      return;
    }
    for (const finding of findings) terminal.out(`  - ${findingText(finding)} [${finding.code}]`);
    throw new Failure(`NOT VERIFIED: ${findingCount === 1 ? 'one finding' : `${findingCount} findings`}.`);
  },
};
