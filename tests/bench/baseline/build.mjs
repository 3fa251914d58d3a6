import fs from 'node:fs';
import { nextCommand } from '../../../lib/launch/build.mjs';
import { fingerprint, readStamp, writeStamp } from '../../../lib/launch/fingerprint.mjs';
import { withLock } from '../../../lib/launch/lock.mjs';
import { childEnv, runTool } from '../../../lib/launch/processes.mjs';
import { step } from '../../../lib/launch/progress.mjs';
import { inRoot, pinnedNode, projectLock } from '../../../lib/launch/project.mjs';

/** The folder of the bare app, as Next's commands take it. */
export const baselineFolder = 'tests/bench/baseline';

/** Builds the bare app when it or Next differs from its last complete build. */
export async function ensureBaseline() {
  if (readStamp(stampFile) === sources()) return;
  await withLock(projectLock('build-baseline'), 'another command builds the bare app', async () => {
    const key = sources();
    if (readStamp(stampFile) === key) return;
    fs.rmSync(stampFile, { force: true });
    await step('build', 'the bare app to compare with', () =>
      runTool(pinnedNode, [nextCommand, 'build', baselineFolder], {
        env: childEnv({ NODE_ENV: 'production' }),
        advice: 'The bare app could not be built.',
      }),
    );
    writeStamp(stampFile, key);
  });
}

const stampFile = inRoot(baselineFolder, '.next/countersign-sources');

const sources = () =>
  fingerprint([`${baselineFolder}/app`, `${baselineFolder}/next.config.mjs`, 'node_modules/next/package.json']);
