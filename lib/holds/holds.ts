import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import type { AuditContext, AuditFact, Target } from '@/lib/domain/audit';
import type { HoldScope } from '@/lib/domain/hold';
import type { Person } from '@/lib/domain/person';
import { notifyLive } from '@/lib/live/notify';
import { actorOf, demand } from '@/lib/people/people';
import { enqueue } from '@/lib/queue/enqueue';
import type { Services } from '@/lib/services';

type HoldServices = Pick<Services, 'db' | 'now'>;

export type HoldInput = Readonly<{ scope: HoldScope; key: string }>;
export type HoldOutcome = { kind: 'done' | 'unchanged'; message: string } | { kind: 'refused'; message: string };

/**
 * Stops a function, an agent's runs or everything: rules approve nothing there by themselves, and what is decided is not
 * sent on until it is released. People can go on deciding. Stopped already, nothing changes. For admins.
 */
export async function hold(
  services: HoldServices,
  input: HoldInput,
  by: Person,
  context: AuditContext,
): Promise<HoldOutcome> {
  demand(by, 'settings.manage');
  const now = services.now();
  return services.db.prisma.$transaction(async (tx): Promise<HoldOutcome> => {
    const name = await nameOf(tx, input);
    if (name === null) return { kind: 'refused', message: 'There is no such agent.' };
    const { count } = await tx.hold.createMany({
      data: { ...input, since: now, setBy: by.name },
      skipDuplicates: true,
    });
    if (count === 0) return { kind: 'unchanged', message: `${name} is stopped already.` };
    await record(tx, now, by, context, input, name, { action: 'hold.set', facts: { scope: input.scope } });
    return { kind: 'done', message: `${name} is stopped. What is decided waits until it is released.` };
  });
}

/** Releases what was stopped; what was decided meanwhile goes on at once. Again changes nothing. For admins. */
export async function release(
  services: HoldServices,
  input: HoldInput,
  by: Person,
  context: AuditContext,
): Promise<HoldOutcome> {
  demand(by, 'settings.manage');
  const now = services.now();
  return services.db.prisma.$transaction(async (tx): Promise<HoldOutcome> => {
    const name = (await nameOf(tx, input)) ?? input.key;
    const { count } = await tx.hold.deleteMany({ where: input });
    if (count === 0) return { kind: 'unchanged', message: `${name} was not stopped.` };
    // Whichever other holds there are: a resume looks at them again.
    const ready = await tx.pause.findMany({ where: { resumeStatus: 'ready' }, select: { id: true, notBefore: true } });
    for (const { id, notBefore } of ready) {
      await enqueue(
        tx,
        'pause.settle',
        { pauseId: id },
        { key: `settle:${id}`, ...(notBefore ? { runAt: notBefore } : {}) },
      );
    }
    await record(tx, now, by, context, input, name, { action: 'hold.released', facts: { scope: input.scope } });
    return { kind: 'done', message: `${name} is released. What was decided goes on now.` };
  });
}

async function nameOf(tx: Transaction, { scope, key }: HoldInput): Promise<string | null> {
  if (scope === 'everything') return 'Everything';
  if (scope === 'tool') return key;
  return (await tx.agent.findUnique({ where: { id: key }, select: { name: true } }))?.name ?? null;
}

async function record(
  tx: Transaction,
  now: Date,
  by: Person,
  context: AuditContext,
  { scope, key }: HoldInput,
  name: string,
  fact: AuditFact<'hold'>,
): Promise<void> {
  const target: Target =
    scope === 'everything' ? { type: 'setting', id: 'hold', name } : { type: scope, id: key, name };
  await appendAudit(tx, now, { ...fact, actor: actorOf(by), targets: [target], context });
  await notifyLive(tx, { type: 'holds' });
}
