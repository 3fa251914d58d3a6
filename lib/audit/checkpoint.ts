import type { Transaction } from '@/lib/db';
import type { AuditContext } from '@/lib/domain/audit';
import { toHex } from '@/lib/domain/proof/merkle';
import type { Prisma } from '@/lib/generated/prisma/client';
import { actorOf, type By, demand } from '@/lib/people/people';
import { enqueue } from '@/lib/queue/enqueue';
import type { Services } from '@/lib/services';
import { workspaceSettings } from '@/lib/settings/settings';
import { appendAudit } from './append';
import { storeCheckpointsOutside } from './checkpoint-directory';
import { growLog } from './grow';
import { logHead } from './proofs';
import { ensureSigningKey, signStatement } from './signing-keys';

export type Checkpoint = Readonly<{ id: bigint; size: number; root: string; jws: string; at: Date }>;

type CheckpointServices = Pick<Services, 'db' | 'env' | 'secrets' | 'now'>;

const slackEveryMs = 60 * 60_000; // a channel that says the same every few minutes is not read

/**
 * Signs the log as it stands, when it grew since the last checkpoint, and sees to it that every place has it. What cannot
 * be written there is said at the place and in the log, and comes later; it never holds anything up. Safe to repeat.
 */
export async function checkpointWhenGrown(services: CheckpointServices): Promise<void> {
  await growLog(services);
  const newest = await services.db.prisma.auditCheckpoint.findFirst({ orderBy: { id: 'desc' } });
  const { size } = await logHead(services.db.prisma);
  if (size > Number(newest?.size ?? 0)) {
    await ensureSigningKey(services);
    await growLog(services); // the first key's own entry
    const made = await makeCheckpoint(services);
    await tellSlack(services, made, { always: false });
  }
  await storeCheckpointsOutside(services);
}

/**
 * Signs the log as it stands, whether it grew or not, for somebody who asks. Throws `forbidden` for whoever may not read
 * the history.
 */
export async function checkpointOnDemand(
  services: CheckpointServices,
  by: By,
  context: AuditContext,
): Promise<Checkpoint> {
  demand(by, 'audit.read');
  await ensureSigningKey(services);
  await growLog(services);
  const made = await makeCheckpoint(services, (tx, { size, root, at }) =>
    appendAudit(tx, at, {
      action: 'checkpoint.made',
      actor: actorOf(by),
      targets: [{ type: 'audit', id: 'audit' }],
      context,
      facts: { size, root },
    }),
  );
  await tellSlack(services, made, { always: true });
  await storeCheckpointsOutside(services);
  return made;
}

/** The newest checkpoint; null before the first. */
export async function newestCheckpoint({ db }: Pick<Services, 'db'>): Promise<Checkpoint | null> {
  return toCheckpoint(await db.prisma.auditCheckpoint.findFirst({ orderBy: { id: 'desc' } }));
}

/** The oldest checkpoint whose log has the leaf `index`; null when none was made since. */
export async function checkpointOver({ db }: Pick<Services, 'db'>, index: number): Promise<Checkpoint | null> {
  const row = await db.prisma.auditCheckpoint.findFirst({
    where: { size: { gt: index } },
    orderBy: [{ size: 'asc' }, { id: 'asc' }],
  });
  return toCheckpoint(row);
}

async function makeCheckpoint(
  services: CheckpointServices,
  also: (tx: Transaction, made: Omit<Checkpoint, 'id'>) => Promise<unknown> = async () => undefined,
): Promise<Checkpoint> {
  const { log, size, root: bytes } = await logHead(services.db.prisma);
  const [root, at] = [toHex(bytes), services.now()];
  const { jws, kid } = await signStatement(services, {
    type: 'countersign.checkpoint',
    log,
    size,
    root,
    time: at.toISOString(),
  });
  return services.db.prisma.$transaction(async (tx) => {
    const { id } = await tx.auditCheckpoint.create({
      data: { size: BigInt(size), root: new Uint8Array(bytes), kid, jws, createdAt: at },
      select: { id: true },
    });
    await also(tx, { size, root, jws, at });
    return { id, size, root, jws, at };
  });
}

async function tellSlack(
  services: CheckpointServices,
  { id, at }: Checkpoint,
  { always }: { always: boolean },
): Promise<void> {
  const { prisma } = services.db;
  if ((await workspaceSettings(prisma)).auditChannel === '') return;
  const place = await prisma.checkpointPlace.findUnique({ where: { kind: 'slack' } });
  if (!always && place !== null && at.getTime() - place.at.getTime() < slackEveryMs) return;
  await enqueue(prisma, 'audit.post_checkpoint', { checkpointId: String(id) }, { key: 'audit.post_checkpoint' });
}

function toCheckpoint(row: Prisma.AuditCheckpointGetPayload<Record<string, never>> | null): Checkpoint | null {
  if (row === null) return null;
  return { id: row.id, size: Number(row.size), root: toHex(row.root), jws: row.jws, at: row.createdAt };
}
