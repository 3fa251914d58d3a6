import fs from 'node:fs';
import path from 'node:path';
import { fingerprint, readStamp, writeStamp } from './fingerprint.mjs';
import { withLock } from './lock.mjs';
import { runTool } from './processes.mjs';
import { step } from './progress.mjs';
import { inRoot, pinnedNode, projectLock } from './project.mjs';

/** Installs the packages of the lock file unless exactly these are there. Runs on Node 18, before any package exists. */
export async function ensurePackages() {
  if (isInstalled()) return;
  await withLock(projectLock('install'), 'another command installs the packages', async (holdFor) => {
    if (isInstalled()) return;
    if (!isInstalledByHand()) {
      await step('install', 'packages from the lock file', () =>
        runTool(...npm(['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund']), {
          env: machineEnv(),
          shell: process.platform === 'win32',
          onStart: holdFor,
          advice: 'npm could not install the packages. Check the network and the disk, then run the command again.',
        }),
      );
    }
    writeStamp(stampFile, wanted());
  });
}

const stampFile = inRoot('node_modules/.countersign-packages');

const wanted = () => `${process.platform}-${process.arch} ${fingerprint(['package-lock.json'])}`;

const isInstalled = () => readStamp(stampFile) === wanted() && fs.existsSync(pinnedNode);

/** Whether npm was run here directly: npm notes in node_modules what it put there, with the same keys as the lock file. */
function isInstalledByHand() {
  if (!fs.existsSync(pinnedNode)) return false;
  try {
    const inLock = JSON.parse(fs.readFileSync(inRoot('package-lock.json'), 'utf8')).packages;
    const present = JSON.parse(fs.readFileSync(inRoot('node_modules/.package-lock.json'), 'utf8')).packages;
    return Object.entries(inLock).every(([name, entry]) => {
      const found = present[name];
      if (name === '') return true;
      if (found === undefined) return entry.optional === true && !isForThisMachine(entry);
      return found.version === entry.version && found.integrity === entry.integrity;
    });
  } catch {
    return false;
  }
}

function isForThisMachine({ os, cpu, libc }) {
  const fits = (list, value) => list === undefined || list.includes(value);
  // Packages bound to a C library come in pairs, of which one is absent everywhere.
  return (
    libc === undefined &&
    (os !== undefined || cpu !== undefined) &&
    fits(os, process.platform) &&
    fits(cpu, process.arch)
  );
}

/** The npm that started this command, on its own Node: `npm ci` removes the Node in node_modules first. */
function npm(args) {
  const { npm_execpath: cli, npm_node_execpath: node } = process.env;
  const usable = cli?.endsWith('npm-cli.js') && node && !node.startsWith(inRoot('node_modules'));
  return usable ? [node, [cli, ...args]] : ['npm', args];
}

function machineEnv() {
  const outside = (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => !folder.startsWith(inRoot('node_modules')));
  const env = { ...process.env, PATH: outside.join(path.delimiter) };
  // npm hands its own settings on to scripts in these; `npm_config_omit` and the like would change the installation.
  for (const name of Object.keys(env)) {
    if (
      /^npm_(config_(omit|only|production|include|ignore_scripts|global|prefix|local_prefix)|package_|lifecycle_)/.test(
        name,
      )
    )
      delete env[name];
  }
  return env;
}
