import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { toHex } from '@/lib/domain/proof/merkle';
import { log } from '@/lib/log';
import type { Services } from '@/lib/services';

const batchSize = 500;

/**
 * Writes every checkpoint that the directory does not have yet, one file each:
 * `<log>/<year>-<month>/<size>-<root>.jws`, so that none ever takes the place of one over another history. Says at
 * the place how it went; a directory that fails gets them once it works again.
 */
export async function storeCheckpointsOutside(services: Pick<Services, 'db' | 'env' | 'now'>): Promise<void> {
  const { prisma } = services.db;
  const place = await prisma.checkpointPlace.findUnique({ where: { kind: 'directory' } });
  let upTo = place?.upTo ?? 0n;
  try {
    const { origin } = await prisma.auditLog.findFirstOrThrow({ select: { origin: true } });
    for (;;) {
      const waiting = await prisma.auditCheckpoint.findMany({
        where: { id: { gt: upTo } },
        orderBy: { id: 'asc' },
        take: batchSize,
      });
      for (const checkpoint of waiting) {
        await writeDurably(
          path.join(
            checkpointFolder(services, origin),
            checkpoint.createdAt.toISOString().slice(0, 7),
            `${String(checkpoint.size).padStart(12, '0')}-${toHex(checkpoint.root).slice(0, 16)}.jws`,
          ),
          `${checkpoint.jws}\n`,
        );
        upTo = checkpoint.id;
      }
      if (waiting.length > 0 || place?.ok === false) await note(services, upTo, null);
      if (waiting.length < batchSize) return;
    }
  } catch (error) {
    log.error({ err: error, directory: services.env.checkpointDir }, 'audit.checkpoint_not_written');
    await note(services, upTo, error instanceof Error ? error.message : 'It cannot be written to.');
  }
}

/** Where the checkpoints of a log are. */
export function checkpointFolder({ env }: Pick<Services, 'env'>, origin: string): string {
  return path.join(env.checkpointDir, origin);
}

/** The checkpoints in the directory, oldest first, as lines of text. Throws when the directory cannot be read. */
export async function* readCheckpointFiles(
  services: Pick<Services, 'env'>,
  origin: string,
): AsyncGenerator<{ file: string; jws: string }> {
  const folder = checkpointFolder(services, origin);
  const names = await fs.readdir(folder, { recursive: true });
  for (const name of names.filter((file) => file.endsWith('.jws')).toSorted()) {
    yield { file: name, jws: (await fs.readFile(path.join(folder, name), 'utf8')).trim() };
  }
}

async function note(services: Pick<Services, 'db' | 'now'>, upTo: bigint, problem: string | null): Promise<void> {
  const state = { upTo, ok: problem === null, message: problem ?? 'written', at: services.now() };
  await services.db.prisma.checkpointPlace.upsert({
    where: { kind: 'directory' },
    create: { kind: 'directory', ...state },
    update: state,
  });
}

// Whole or not at all, and still there after the power fails: written aside, flushed, renamed, and the folder flushed.
async function writeDurably(file: string, text: string): Promise<void> {
  const folder = path.dirname(file);
  await fs.mkdir(folder, { recursive: true });
  const draft = path.join(folder, `.${randomUUID()}`);
  try {
    const handle = await fs.open(draft, 'wx', 0o644);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await fs.rename(draft, file);
  } catch (error) {
    await fs.rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
  await flushFolder(folder);
}

async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // a folder cannot be opened there
  const handle = await fs.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
