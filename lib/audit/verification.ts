import { z } from 'zod';
import { type Actor, system } from '@/lib/domain/audit';
import type { Person } from '@/lib/domain/person';
import type { Prisma } from '@/lib/generated/prisma/client';
import { newId } from '@/lib/ids';
import { demand } from '@/lib/people/people';
import { enqueue } from '@/lib/queue/enqueue';
import type { Services } from '@/lib/services';
import { appendAudit } from './append';
import { type Finding, findingSchema } from './findings';
import { growLog } from './grow';
import { verifyHistory } from './verify-history';

type VerificationServices = Pick<Services, 'db' | 'env' | 'now'>;

/** One full verification of the history: under way until `finishedAt`, with `checked` of `size` entries done. */
export type Verification = Readonly<{
  id: string;
  startedAt: Date;
  finishedAt: Date | null;
  size: number;
  checked: number;
  root: string | null; // hex
  checkpoints: number; // that fit, or are findings
  findingCount: number;
  findings: readonly Finding[];
}>;

/** Begins a full verification, as a job; one that is under way already is answered with. Throws `forbidden`. */
export async function startVerification(services: VerificationServices, by: Person): Promise<Verification> {
  demand(by, 'audit.read');
  return begin(services, by.id);
}

/** Begins a verification that nobody asked for, once a day, from the second day of the log on. */
export async function verifyDaily(services: VerificationServices): Promise<void> {
  const { prisma } = services.db;
  const yesterday = new Date(services.now().getTime() - dayMs);
  const lately = await prisma.auditVerification.findFirst({
    where: { startedAt: { gt: yesterday } },
    select: { id: true },
  });
  if (lately !== null) return;
  const first = await prisma.auditCheckpoint.findFirst({ orderBy: { id: 'asc' }, select: { createdAt: true } });
  if (first !== null && first.createdAt < yesterday) await begin(services, null);
}

/** The newest verification, and the newest that came to its end. */
export async function latestVerifications({
  db,
}: Pick<Services, 'db'>): Promise<{ newest: Verification | null; finished: Verification | null }> {
  const newestFirst = { orderBy: { startedAt: 'desc' } } as const;
  const [newest, finished] = await Promise.all([
    db.prisma.auditVerification.findFirst(newestFirst),
    db.prisma.auditVerification.findFirst({ ...newestFirst, where: { finishedAt: { not: null } } }),
  ]);
  return { newest: newest && toVerification(newest), finished: finished && toVerification(finished) };
}

/** Does a verification that was begun: stores how far it is, then what it found, with an entry in the history. Safe to repeat. */
export async function runVerification(services: VerificationServices, verificationId: string): Promise<void> {
  const { prisma } = services.db;
  const row = await prisma.auditVerification.findUnique({ where: { id: verificationId } });
  if (row === null || row.finishedAt !== null) return;
  const save = (data: Prisma.AuditVerificationUpdateInput) =>
    prisma.auditVerification.update({ where: { id: verificationId }, data });
  await growLog(services);
  const result = await verifyHistory(services, async (checked, size) => {
    await save({ checked: BigInt(checked), size: BigInt(size) });
  });
  const actor = await actorOfRequest(services, row.requestedBy);
  await prisma.$transaction(async (tx) => {
    const now = services.now();
    const { count } = await tx.auditVerification.updateMany({
      where: { id: verificationId, finishedAt: null },
      data: {
        finishedAt: now,
        size: BigInt(result.size),
        checked: BigInt(result.size),
        root: result.root,
        checkpoints: result.checkpoints,
        findingCount: result.findingCount,
        findings: result.findings.map((finding) => ({ ...finding })),
      },
    });
    if (count === 0) return; // another worker was faster
    await appendAudit(tx, now, {
      action: 'audit.verified',
      actor,
      targets: [{ type: 'audit', id: 'audit' }],
      context: { surface: 'worker' },
      facts: { size: result.size, root: result.root, findings: result.findingCount },
    });
  });
}

/** Verifies at once, in this process, for the command line. */
export async function verifyNow(services: VerificationServices): Promise<Verification> {
  const { id } = await insert(services, null);
  await runVerification(services, id);
  const row = await services.db.prisma.auditVerification.findUniqueOrThrow({ where: { id } });
  return toVerification(row);
}

async function begin(services: VerificationServices, requestedBy: string | null): Promise<Verification> {
  const { newest } = await latestVerifications(services);
  const lately = new Date(services.now().getTime() - givenUpMs);
  if (newest !== null && newest.finishedAt === null && newest.startedAt > lately) return newest;
  const made = await insert(services, requestedBy);
  await enqueue(services.db.prisma, 'audit.verify', { verificationId: made.id }, { key: 'audit.verify' });
  return made;
}

const dayMs = 24 * 60 * 60_000;
const givenUpMs = 6 * 60 * 60_000; // as long as the queue tries a job again

async function insert(services: VerificationServices, requestedBy: string | null): Promise<Verification> {
  const now = services.now();
  const row = await services.db.prisma.auditVerification.create({
    data: { id: newId('ver', now), requestedBy, startedAt: now },
  });
  return toVerification(row);
}

async function actorOfRequest({ db }: Pick<Services, 'db'>, id: string | null): Promise<Actor> {
  const person =
    id === null ? null : await db.prisma.user.findUnique({ where: { id }, select: { id: true, name: true } });
  return person === null ? system : { type: 'person', id: person.id, name: person.name };
}

function toVerification(row: Prisma.AuditVerificationGetPayload<Record<string, never>>): Verification {
  return {
    id: row.id,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
    size: Number(row.size),
    checked: Number(row.checked),
    root: row.root,
    checkpoints: row.checkpoints,
    findingCount: row.findingCount,
    findings: z.array(findingSchema).parse(row.findings),
  };
}
