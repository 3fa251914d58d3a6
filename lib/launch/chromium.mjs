import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { runTool } from './processes.mjs';
import { step } from './progress.mjs';
import { Problem } from './project.mjs';

/** Started without questions, and without calls of its own to the network. */
export const chromiumArgs = [
  // Chromium refuses root otherwise.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-dev-shm-usage',
];

/**
 * The path of a Chromium that runs here: CHROMIUM_PATH, an installed one, one that Playwright downloaded, or the one inside
 * @sparticuz/chromium. As root with apt-get at hand, the distribution's is installed as a last resort; else a Problem.
 */
export async function findChromium() {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    if (runs(given)) return given;
    throw new Problem(`CHROMIUM_PATH is "${given}", which does not run; expected the path of a Chromium or Chrome.`);
  }
  for (const candidate of [...installed, await downloaded()]) if (candidate && runs(candidate)) return candidate;
  const unpacked = await packaged();
  if (unpacked && runs(unpacked)) return unpacked;
  if (process.getuid?.() === 0 && commandExists('apt-get')) {
    await step('install', 'chromium, by apt-get', async () => {
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
      const advice = 'apt-get could not install Chromium. Install a Chromium yourself and name it in CHROMIUM_PATH.';
      await runTool('apt-get', ['update', '-q'], { env, advice });
      await runTool('apt-get', ['install', '-qy', '--no-install-recommends', 'chromium'], { env, advice });
    });
    const fresh = installed.find((candidate) => runs(candidate));
    if (fresh) return fresh;
  }
  const command = commandExists('apt-get') ? 'sudo apt-get install -y chromium' : 'npx playwright install chromium';
  throw new Problem(
    `The browser tests need a Chromium. Install one with \`${command}\`, or name one in CHROMIUM_PATH.`,
  );
}

const installed = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

async function downloaded() {
  const { chromium } = await import('@playwright/test');
  return chromium.executablePath();
}

/** Linux x64 alone; it unpacks into the temporary folder and needs libnss3, libnspr4 and libexpat. */
async function packaged() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null;
  const { default: chromium } = await import('@sparticuz/chromium');
  return chromium.executablePath();
}

const runs = (file) =>
  fs.existsSync(file) && spawnSync(file, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0;

const commandExists = (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0;
