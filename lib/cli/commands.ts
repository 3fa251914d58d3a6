import { parseArgs } from 'node:util';
import { EnvError } from '@/lib/env';
import { AppError } from '@/lib/errors';
import type { Services } from '@/lib/services';
import { proveAuditCommand } from './audit-prove';
import { verifyAuditCommand } from './audit-verify';
import { type Command, Failure, type Terminal, UsageError } from './command';
import { createKeyCommand } from './key-create';
import { listenCommand } from './listen';
import { checkPolicyCommand, exportPolicyCommand, importPolicyCommand } from './policy';
import { replayCommand } from './replay';
import { addUserCommand } from './user-add';
import { disableUserCommand } from './user-disable';

const commands: Readonly<Record<string, Command>> = {
  'user add': addUserCommand,
  'user disable': disableUserCommand,
  'key create': createKeyCommand,
  listen: listenCommand,
  replay: replayCommand,
  'audit prove': proveAuditCommand,
  'audit verify': verifyAuditCommand,
  'policy export': exportPolicyCommand,
  'policy import': importPolicyCommand,
  'policy check': checkPolicyCommand,
};

/** Runs the command that the arguments name. Answers with the exit code: 0 done, 1 not done, 2 not understood. */
export async function runCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const name = Object.keys(commands).find((words) => argv.slice(0, words.split(' ').length).join(' ') === words);
  const command = name === undefined ? undefined : commands[name];
  const asked = argv.includes('--help') || argv.includes('-h') || argv[0] === 'help';
  if (name === undefined || command === undefined) {
    if (asked || argv.length === 0) terminal.out(help());
    else terminal.error(`There is no command “${argv.slice(0, 2).join(' ')}”.\n\n${help()}`);
    return asked ? 0 : 2;
  }
  if (asked) {
    terminal.out(`${command.does}\n\nUsage: ${command.usage}`);
    return 0;
  }
  let services: Services | null = null;
  try {
    const { values, positionals } = parsed(argv.slice(name.split(' ').length), command);
    if (positionals.length !== (command.positionals ?? 0)) {
      throw new UsageError(
        positionals.length === 0 ? 'Something is missing.' : `Not understood: ${positionals.join(' ')}`,
      );
    }
    services = terminal.openServices();
    const option = (key: string) => {
      const value = values[key];
      return typeof value === 'string' ? value : null;
    };
    await command.run({ services, option, flag: (key) => values[key] === true, positionals }, terminal);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.error(`${error.message}\n\nUsage: ${command.usage}`);
      return 2;
    }
    if (error instanceof Failure || error instanceof AppError || error instanceof EnvError) {
      terminal.error(error.message);
      return 1;
    }
    throw error;
  } finally {
    await services?.db.close();
  }
}

function parsed(args: readonly string[], command: Command) {
  try {
    return parseArgs({ args: [...args], options: command.options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function help(): string {
  const lines = Object.values(commands).map(({ usage, does }) => `  ${usage}\n      ${does}`);
  return `Usage: npm run countersign -- COMMAND\n\n${lines.join('\n')}\n\nEach works on what npm start shows, or with --demo before it on what npm run demo shows.`;
}
