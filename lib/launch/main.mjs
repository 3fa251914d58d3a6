// Every command of package.json starts here, on whatever Node the machine has: this file and what it imports at its head run
// on Node 18 and need no packages.
import './leash.mjs';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { constants } from 'node:os';
import { ensurePackages } from './install.mjs';
import { childEnv } from './processes.mjs';
import { reportTo } from './progress.mjs';
import { Problem, pinnedNode, root } from './project.mjs';
import { Stopped, stopSignal, watchSignals } from './stop.mjs';

const usage = `Usage: npm run <command> [-- arguments]
  demo         the whole product with a simulated Gemini; needs no account (--keep continues the last one)
  start        the app for production use, its worker included
  dev          the app with live reload
  worker       a separate worker process
  test         every check (or some: npm test -- unit db types lint e2e crash)
  bench        measurements
  crash-test   kills the app at random and looks for losses
  countersign  the command line: user, key, listen, replay, audit
  database     an up-to-date database; prints its URL (database stop ends it)`;

process.exitCode = await main(process.argv.slice(2));
// An idle handle, such as a child's pipe, must not keep a finished command.
setTimeout(() => process.exit(), 500).unref();

async function main([name, ...args]) {
  watchSignals();
  stopWithNpm();
  if (name === 'countersign' || name === 'database') reportTo(process.stderr);
  try {
    process.chdir(root);
    await ensurePackages();
    if (!isPinnedNode()) return await continueOnPinnedNode();
    Object.assign(process.env, childEnv());
    const { commands } = await import('./commands.mjs');
    const command = commands[name];
    if (command === undefined) throw new Problem(name ? `There is no command "${name}".\n\n${usage}` : usage);
    return await command(args);
  } catch (error) {
    if (error instanceof Stopped) return 130;
    const message = error instanceof Problem ? error.message : explainFile(error);
    if (message === null) throw error;
    console.error(message);
    return 1;
  }
}

/** What the disk refused, or null when it was something else. */
function explainFile({ code, path }) {
  if (code === 'ENOSPC') return `The disk is full${path ? `: ${path} cannot be written` : ''}.`;
  if (path === undefined) return null;
  if (code === 'EROFS') return `${path} is on a read-only disk. Set DATA_DIR to a folder that can be written.`;
  if (code !== 'EACCES' && code !== 'EPERM') return null;
  return `This user may not write ${path}. Run the command as the user who set the project up, or hand the files over with chown.`;
}

function isPinnedNode() {
  return fs.realpathSync(process.execPath) === fs.realpathSync(pinnedNode);
}

/** The same command again on the Node of the lock file; this process only passes signals on to it. */
function continueOnPinnedNode() {
  const child = spawn(pinnedNode, process.argv.slice(1), {
    env: { ...childEnv(), COUNTERSIGN_LEASH: '3' },
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
  });
  child.stdio[3].on('error', () => {});
  stopSignal.addEventListener('abort', () => child.kill('SIGTERM'));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

/** When npm was killed outright, nobody can stop this command any more: it does so itself. */
function stopWithNpm() {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return;
  const chain = launchers();
  setInterval(() => launchers() !== chain && process.kill(process.pid, 'SIGTERM'), 1000).unref();
}

/** The processes from here up to npm, which usually has a shell in between; another one in their place means that one died. */
function launchers() {
  try {
    const [, name, rest] = /\((.*)\) \S (\d+)/s.exec(fs.readFileSync(`/proc/${process.ppid}/stat`, 'utf8')) ?? [];
    if (['sh', 'dash', 'bash'].includes(name)) return `${process.ppid} ${rest}`;
  } catch {
    // Not Linux: only the nearest is known.
  }
  return `${process.ppid}`;
}
