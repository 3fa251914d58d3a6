import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureBuild, nextCommand } from './build.mjs';
import { findChromium } from './chromium.mjs';
import { ensureClient } from './generate.mjs';
import { runScript, runTool } from './processes.mjs';
import { report } from './progress.mjs';
import { dataDir, inRoot, Problem, pinnedNode } from './project.mjs';
import { sweepAfter, typescript, withDatabase } from './serve.mjs';
import { Stopped, stopSignal } from './stop.mjs';

/**
 * `npm test`: every check, or those named, and at the end one line `N passed, N failed` over all of them. A check goes on
 * although an earlier one failed.
 */
export async function test(args) {
  const unknown = args.filter((name) => !(name in checks));
  if (unknown.length > 0)
    throw new Problem(`There is no check "${unknown[0]}"; there are ${Object.keys(checks).join(', ')}.`);
  await ensureClient();
  return withDatabase(async (database) => {
    const env = {
      DATABASE_URL: database.url,
      DATABASE_MIGRATION_URL: database.adminUrl,
      DATA_DIR: dataDir(),
      ...sweepAfter(database),
    };
    const total = { passed: 0, failed: 0 };
    for (const [name, check] of Object.entries(checks)) {
      if (args.length > 0 && !args.includes(name)) continue;
      report('check', name);
      const { passed, failed } = await countFailure(check, env);
      if (stopSignal.aborted) throw new Stopped();
      report(name, failed === 0 ? `ok (${passed})` : `${failed} of ${passed + failed} failed`);
      total.passed += passed;
      total.failed += failed;
    }
    console.log(`${total.passed} passed, ${total.failed} failed`);
    return total.failed === 0 ? 0 : 1;
  }, 'countersign_test');
}

const checks = {
  unit: (env) => runVitest('unit', env),
  db: (env) => runVitest('db', env),
  types: checkTypes,
  lint: (env) =>
    countExit(
      runScript(
        [
          inRoot('node_modules/@biomejs/biome/bin/biome'),
          'ci',
          `--colors=${process.stdout.isTTY ? 'force' : 'off'}`,
          '.',
        ],
        env,
      ),
    ),
  e2e: runPlaywright,
  crash: runCrashTest,
};

/** A check that cannot run at all has failed once. */
async function countFailure(check, env) {
  try {
    return await check(env);
  } catch (error) {
    if (error instanceof Stopped) throw error;
    console.error(error instanceof Problem ? error.message : error);
    return { passed: 0, failed: 1 };
  }
}

async function countExit(exitCode) {
  return (await exitCode) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function runVitest(project, env) {
  if (!hasSpecs(`tests/${project}`)) return { passed: 0, failed: 0 };
  return withReport(async (file) => {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const code = await runScript(
      [inRoot('node_modules/vitest/vitest.mjs'), 'run', '--project', project, ...reporters],
      env,
    );
    const { numPassedTests, testResults } = readReport(file);
    // A file that could not be loaded has no tests that failed.
    const failed = testResults
      .filter(({ status }) => status === 'failed')
      .reduce(
        (sum, { assertionResults }) =>
          sum + Math.max(1, assertionResults.filter(({ status }) => status === 'failed').length),
        0,
      );
    return { passed: numPassedTests, failed: atLeastOne(failed, code) };
  });
}

async function checkTypes(env) {
  if (fs.existsSync(inRoot('app'))) {
    await runTool(pinnedNode, [nextCommand, 'typegen'], { advice: 'Next could not derive the types of the routes.' });
  }
  // Not incrementally: what it remembers can lag behind a client that was generated anew.
  return countExit(runScript([inRoot('node_modules/typescript/bin/tsc'), '--noEmit', '--incremental', 'false'], env));
}

async function runPlaywright(env) {
  if (!hasSpecs('tests/e2e')) return { passed: 0, failed: 0 };
  const chromium = await findChromium();
  await ensureBuild();
  return withReport(async (file) => {
    const command = [inRoot('node_modules/@playwright/test/cli.js'), 'test', '--reporter=list,json'];
    const code = await runScript(command, { ...env, CHROMIUM_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_FILE: file });
    const { expected, flaky, unexpected } = readReport(file).stats;
    return { passed: expected + flaky, failed: atLeastOne(unexpected, code) };
  });
}

async function runCrashTest() {
  if (!fs.existsSync(inRoot('tests/crash/main.ts'))) return { passed: 0, failed: 0 };
  await ensureBuild();
  const script = typescript('tests/crash/main.ts', '--kills', '5');
  const run = (database) =>
    runScript(script, { DATABASE_URL: database.url, DATA_DIR: dataDir(), ...sweepAfter(database) });
  return countExit(withDatabase(run, 'countersign_crash', { temporary: true }));
}

/** A runner that ended in error although no test failed has failed outside of them. */
const atLeastOne = (failed, exitCode) => (exitCode === 0 ? failed : Math.max(1, failed));

async function withReport(work) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-test-'));
  try {
    return await work(path.join(folder, 'report.json'));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(file) {
  if (stopSignal.aborted) throw new Stopped();
  if (!fs.existsSync(file)) throw new Problem('The runner ended without a report.');
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

const hasSpecs = (folder) =>
  fs.existsSync(inRoot(folder)) &&
  fs.readdirSync(inRoot(folder), { recursive: true }).some((name) => /\.spec\.tsx?$/.test(name));
