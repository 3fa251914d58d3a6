import { ensureBuild } from './build.mjs';
import { demoDatabase, mainDatabase } from './database.mjs';
import { ensureClient } from './generate.mjs';
import { runScript, runTool } from './processes.mjs';
import { dataDir, demoDir, pinnedNode, root } from './project.mjs';
import { loadEnvFiles, sweepAfter, typescript, withDatabase } from './serve.mjs';
import { verifyArguments } from './verify-arguments.mjs';

/**
 * `npm run countersign -- …`: the command line, on the database of `npm start`, or with `--demo` on that of the demo. A file
 * is verified without any.
 */
export async function countersign(args) {
  // npm says where it was called; the working directory is the project's by now.
  const files = verifyArguments(args, process.env.INIT_CWD ?? process.env.PWD ?? root);
  if (files !== null) return runScript(typescript('lib/cli/verify-main.ts', ...files));
  loadEnvFiles('production');
  const demo = args.includes('--demo');
  const rest = args.filter((argument) => argument !== '--demo');
  return onDatabase(demo ? demoDatabase : mainDatabase, 'lib/cli/main.ts', rest, {
    home: demo ? demoDir() : dataDir(),
  });
}

/** `npm run bench -- …`: on a database of its own, against the built app. */
export async function bench(args) {
  await ensureClient();
  await ensureBuild();
  return onDatabase('countersign_bench', 'tests/bench/main.ts', args, { owner: true });
}

/** `npm run crash-test -- …`: on a database of its own, against the built app. */
export async function crashTest(args) {
  await ensureClient();
  await ensureBuild();
  return onDatabase('countersign_crash', 'tests/crash/main.ts', args, { temporary: true });
}

/** Runs one of our TypeScript programs to its end and returns what it printed. */
export const runTypescript = (file, args, { env, advice }) =>
  runTool(pinnedNode, typescript(file, ...args), { env, advice });

async function onDatabase(name, file, args, { home = dataDir(), owner = false, ...options } = {}) {
  const script = typescript(file, ...args);
  await ensureClient();
  return withDatabase(
    (database) =>
      runScript(script, {
        DATABASE_URL: owner ? database.adminUrl : database.url,
        DATABASE_MIGRATION_URL: '',
        DATA_DIR: home,
        ...sweepAfter(database),
      }),
    name,
    options,
  );
}
