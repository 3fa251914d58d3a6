import path from 'node:path';

const withPath = ['--keys', '--checkpoint', '--arguments'];

/**
 * The arguments of `audit verify FILE …` with its paths as seen from where the command was given; null for any other
 * command. Such a check needs neither a database nor settings, so none is started for it.
 * @type {(args: string[], folder: string) => string[] | null}
 */
export function verifyArguments([subject, verb, ...rest], folder) {
  if (subject !== 'audit' || verb !== 'verify') return null;
  let isFile = false;
  let expectsPath = false;
  const resolved = rest.map((argument) => {
    const [, name, given] = /^(--[a-z]+)=(.+)$/.exec(argument) ?? [];
    if (withPath.includes(name)) return `${name}=${path.resolve(folder, given)}`;
    const isPath = expectsPath || !argument.startsWith('-');
    if (isPath && !expectsPath) isFile = true;
    expectsPath = !expectsPath && withPath.includes(argument);
    return isPath ? path.resolve(folder, argument) : argument;
  });
  return isFile ? resolved : null;
}
