import fs from 'node:fs/promises';
import { proveFromCheckpoint } from '@/lib/audit/consistency';
import { type Command, Failure } from './command';

/** Prints the proof that the log of a checkpoint that was kept is the beginning of the log as it is. */
export const proveAuditCommand: Command = {
  usage: 'audit prove CHECKPOINT',
  does: 'Prints a file that proves, without the database, that the log of a checkpoint you kept is the beginning of the log now. Check it with audit verify FILE.',
  options: {},
  positionals: 1,
  async run({ services, positionals }, terminal) {
    const [name = ''] = positionals;
    const text = await fs.readFile(name, 'utf8').catch(() => null);
    if (text === null) throw new Failure(`There is no file ${name}.`);
    const { file } = await proveFromCheckpoint(services, text, null);
    terminal.out(file.trimEnd());
  },
};
