import { fingerprint, readStamp, writeStamp } from './fingerprint.mjs';
import { withLock } from './lock.mjs';
import { runTool } from './processes.mjs';
import { step } from './progress.mjs';
import { inRoot, pinnedNode, projectLock } from './project.mjs';

/** Generates the Prisma client into lib/generated/prisma when the schema or Prisma changed. */
export async function ensureClient() {
  const wanted = () => fingerprint(['prisma/schema.prisma', 'prisma.config.ts', 'node_modules/prisma/package.json']);
  if (readStamp(stampFile) === wanted()) return;
  await withLock(projectLock('generate'), 'another command generates the database client', async (holdFor) => {
    const key = wanted();
    if (readStamp(stampFile) === key) return;
    await step('generate', 'database client from prisma/schema.prisma', () =>
      runTool(pinnedNode, [inRoot('node_modules/prisma/build/index.js'), 'generate'], {
        onStart: holdFor,
        advice: 'Prisma could not generate its client. Correct prisma/schema.prisma and run the command again.',
      }),
    );
    writeStamp(stampFile, key);
  });
}

const stampFile = inRoot('lib/generated/prisma.stamp');
