import fs from 'node:fs';
import { fingerprint, readStamp, writeStamp } from './fingerprint.mjs';
import { withLock } from './lock.mjs';
import { childEnv, runTool } from './processes.mjs';
import { step } from './progress.mjs';
import { inRoot, pinnedNode, projectLock } from './project.mjs';
import { buildVerifyPage, verifyPageFile } from './verify-page.mjs';
import { ensureWorkerBundle } from './worker-bundle.mjs';

export const nextCommand = inRoot('node_modules/next/dist/bin/next');

/** Builds the app and its worker when anything that goes into them differs from the last complete build. */
export async function ensureBuild() {
  await ensureWorkerBundle();
  if (isBuilt(sources())) return;
  await withLock(projectLock('build'), 'another command builds the app', async (holdFor) => {
    const key = sources();
    if (isBuilt(key)) return;
    // A build that is cut short leaves a folder that looks complete.
    fs.rmSync(stampFile, { force: true });
    await step('build', 'the app', () =>
      runTool(pinnedNode, [nextCommand, 'build'], {
        env: childEnv({ NODE_ENV: 'production' }),
        onStart: holdFor,
        advice: 'The app could not be built.',
      }),
    );
    await buildVerifyPage();
    writeStamp(stampFile, key);
  });
}

const stampFile = inRoot('.next/countersign-sources');

const isBuilt = (key) => readStamp(stampFile) === key && fs.existsSync(verifyPageFile);

const sources = () =>
  fingerprint(
    [
      ...['app', 'components', 'lib', 'public', 'prisma/schema.prisma', 'package.json', 'package-lock.json'],
      ...[
        'next.config.js',
        'postcss.config.mjs',
        'tsconfig.json',
        'proxy.ts',
        'instrumentation.ts',
        'instrumentation-client.ts',
        'lib/launch/verify-page.mjs',
      ],
    ],
    { except: ['lib/launch', 'lib/generated', 'lib/cli'] },
  );
