import type { Services } from '@/lib/services';

/** What a command works with; tests give their own. */
export type Terminal = Readonly<{
  out(line: string): void;
  error(line: string): void;
  /** Everything on standard input. */
  readInput(): Promise<string>;
  /** Opened only once the arguments are understood; closed here. */
  openServices(): Services;
  /** Aborted when the command is to end. */
  stop: AbortSignal;
}>;

/** One command: its words, its options as `parseArgs` takes them, and what it does. */
export type Command = Readonly<{
  usage: string;
  does: string;
  options: Readonly<Record<string, { type: 'string' | 'boolean' }>>;
  positionals?: number;
  /** Throws `UsageError` for arguments that do not do, `Failure` or `AppError` when it cannot be done. */
  run(given: Given, terminal: Terminal): Promise<void>;
}>;

export type Given = Readonly<{
  services: Services;
  /** The value of an option, or null. */
  option(name: string): string | null;
  flag(name: string): boolean;
  positionals: readonly string[];
}>;

/** The arguments are not what the command takes. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command was understood and could not be done; the message is for the operator. */
export class Failure extends Error {
  override readonly name = 'Failure';
}
