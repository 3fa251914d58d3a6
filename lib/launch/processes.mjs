import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { inRoot, Problem, pinnedNode, root } from './project.mjs';
import { hurrySignal, pause, Stopped, stopSignal } from './stop.mjs';

const STOP_WITHIN_MS = 15_000;
const STOP_TOOL_WITHIN_MS = 3000; // a tool has nothing to finish
const TAIL_LINES = 30;

/** The environment of every child: pinned Node and local binaries first in PATH, and tools that do not phone home. */
export function childEnv(extra = {}) {
  const bins = [path.dirname(pinnedNode), inRoot('node_modules/.bin')];
  const others = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => !bins.includes(folder));
  return {
    ...process.env,
    PATH: [...bins, ...others].join(path.delimiter),
    NEXT_TELEMETRY_DISABLED: '1',
    CHECKPOINT_DISABLE: '1',
    ...extra,
  };
}

/**
 * Runs a tool to its end and returns its output; a Problem with `advice` and the last lines when it fails. When the
 * command is stopped meanwhile, the tool is too. `onStart` gets its process number.
 */
export async function runTool(command, args, { env = childEnv(), advice, onStart = () => {}, shell = false } = {}) {
  if (stopSignal.aborted) throw new Stopped();
  const child = spawn(command, args, { cwd: root, env, shell, stdio: ['ignore', 'pipe', 'pipe'], detached: apart });
  if (child.pid !== undefined) onStart(child.pid);
  const lines = keepLast(400);
  child.stdout.on('data', lines.add);
  child.stderr.on('data', lines.add);
  const ended = endOf(child);
  const onStop = () => void stopChild({ child, ended, withinMs: STOP_TOOL_WITHIN_MS });
  stopSignal.addEventListener('abort', onStop, { once: true });
  const end = await ended;
  stopSignal.removeEventListener('abort', onStop);
  if (stopSignal.aborted) throw new Stopped();
  if (end.code === 0) return lines.text();
  throw new Problem(`${lines.text(TAIL_LINES)}\n\n${advice} (${describeEnd(end)})`);
}

/**
 * Starts a Node process on the pinned Node that ends with us, however we end (see leash.mjs). Its output goes to ours,
 * or to `log` when that names a file. In a group of its own: Ctrl-C reaches only us, and we stop it in order.
 * @param {string} name
 * @param {string[]} args
 * @param {{ env?: Record<string, string | undefined>, log?: string }} [options]
 * @returns {{ name: string, child: import('node:child_process').ChildProcess, ended: Promise<unknown>, stop(): Promise<void>, tail(): string }}
 */
export function startNode(name, args, { env = {}, log } = {}) {
  let out = 'inherit';
  if (log) {
    fs.mkdirSync(path.dirname(log), { recursive: true });
    out = fs.openSync(log, 'w');
  }
  const leash = new URL('leash.mjs', import.meta.url).href;
  const child = spawn(pinnedNode, ['--import', leash, ...args], {
    cwd: root,
    env: childEnv({ ...env, COUNTERSIGN_LEASH: '3' }),
    stdio: [log ? 'ignore' : 'inherit', out, out, 'pipe'],
    detached: apart,
  });
  if (log) fs.closeSync(out);
  // Nothing comes this way; the other end only waits for it to close.
  child.stdio[3].on('error', () => {});
  const ended = endOf(child);
  return {
    name,
    child,
    ended,
    stop: () => stopChild({ child, ended }),
    tail: () => (log ? lastLines(fs.readFileSync(log, 'utf8'), TAIL_LINES) : ''),
  };
}

/**
 * Waits until the command is asked to stop or one of the processes ends by itself, then stops the others. Returns the exit
 * code; that a server ended by itself is a failure and is told with its last lines.
 */
export async function supervise(processes) {
  const first = await Promise.race([stopped(), ...processes.map(async (one) => ({ one, end: await one.ended }))]);
  if (first !== null) console.error(describeDeath(first.one, first.end));
  await stopAll(processes);
  return first === null ? 0 : 1;
}

/** Stops every process; those first that were started last, since they use the earlier ones. */
export async function stopAll(processes) {
  for (const one of [...processes].reverse()) await one.stop();
}

/** Runs a script in the foreground, signals passed on, and returns its exit code. */
export async function runScript(args, env = {}) {
  const script = startNode('script', args, { env });
  const first = await Promise.race([stopped(), script.ended]);
  if (first === null) await script.stop();
  return exitCode(await script.ended);
}

export const describeDeath = (one, end) =>
  [`\nThe ${one.name} ended by itself (${describeEnd(end)}).`, one.tail()].filter(Boolean).join('\n');

const apart = process.platform !== 'win32'; // on Windows a group of its own would be a console window of its own

const stopped = () =>
  new Promise((resolve) => {
    if (stopSignal.aborted) resolve(null);
    else stopSignal.addEventListener('abort', () => resolve(null), { once: true });
  });

const exitCode = ({ code, signal }) => code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1);

const describeEnd = ({ code, signal, error }) => error?.message ?? (signal ? `signal ${signal}` : `exit code ${code}`);

function endOf(child) {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 127, signal: null, error }));
    // 'close' waits for the output too, but a grandchild may hold that open for ever.
    child.once('exit', (code, signal) => setTimeout(() => resolve({ code, signal }), 20));
  });
}

async function stopChild({ child, ended, withinMs = STOP_WITHIN_MS }) {
  let over = child.pid === undefined;
  void ended.then(() => {
    over = true;
  });
  await pause(0);
  if (over) return;
  send(child.pid, 'SIGTERM');
  for (const end = Date.now() + withinMs; !over && Date.now() < end && !hurrySignal.aborted; ) await pause(25);
  // The group, so that nothing the child had started itself stays behind.
  if (!over) send(apart ? -child.pid : child.pid, 'SIGKILL');
  await ended;
}

function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

function keepLast(limit) {
  let lines = [''];
  return {
    add: (chunk) => {
      const [first, ...rest] = String(chunk).split('\n');
      lines[lines.length - 1] += first;
      lines = [...lines, ...rest].slice(-limit);
    },
    text: (count = limit) => lastLines(lines.join('\n'), count),
  };
}

const lastLines = (text, count) => text.trimEnd().split('\n').slice(-count).join('\n');
