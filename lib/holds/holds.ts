import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import type { AuditContext, AuditFact, Target } from '@/lib/domain/audit';
import { type HoldPlace, longestHoldReason } from '@/lib/domain/hold';
import type { Person } from '@/lib/domain/person';
import { wrongText } from '@/lib/http';
import { notifyLive } from '@/lib/live/notify';
import { actorOf, demand } from '@/lib/people/people';
import { enqueue } from '@/lib/queue/enqueue';
import type { Services } from '@/lib/services';
import { lockHolds } from './store';

type HoldServices = Pick<Services, 'db' | 'now'>;

export type HoldInput = HoldPlace & Readonly<{ reason: string }>;
export type HoldOutcome = { kind: 'done' | 'unchanged'; message: string } | { kind: 'refused'; message: string };

/**
 * Stops a function, an agent's runs or everything: rules approve nothing there by themselves, and what is decided is not
 * sent on until it is released. People can go on deciding. Stopped already, nothing changes. A reason must be given. Once
 * this has answered, nothing more goes out; what was claimed before was on its way. For admins.
 */
export async function hold(
  services: HoldServices,
  input: HoldInput,
  by: Person,
  context: AuditContext,
): Promise<HoldOutcome> {
  demand(by, 'settings.manage');
  const wrong = wrongReason(input.reason, 3);
  if (wrong !== null) return { kind: 'refused', message: wrong };
  const now = services.now();
  const { scope, key } = input;
  const reason = input.reason.trim();
  return services.db.prisma.$transaction(async (tx): Promise<HoldOutcome> => {
    await lockHolds(tx);
    const name = await nameOf(tx, input);
    if (name === null) return { kind: 'refused', message: 'There is no such agent.' };
    const { count } = await tx.hold.createMany({
      data: { scope, key, since: now, setBy: by.name, reason },
      skipDuplicates: true,
    });
    if (count === 0) return { kind: 'unchanged', message: `${name} is stopped already.` };
    await record(tx, now, by, context, input, name, { action: 'hold.set', facts: { scope, reason } });
    return { kind: 'done', message: `${name} is stopped. What is decided waits until it is released.` };
  });
}

/** Releases what was stopped; what was decided meanwhile goes on at once. Again changes nothing. A reason may be given. For admins. */
export async function release(
  services: HoldServices,
  input: HoldInput,
  by: Person,
  context: AuditContext,
): Promise<HoldOutcome> {
  demand(by, 'settings.manage');
  const wrong = wrongReason(input.reason, 0);
  if (wrong !== null) return { kind: 'refused', message: wrong };
  const now = services.now();
  const { scope, key } = input;
  const reason = input.reason.trim();
  return services.db.prisma.$transaction(async (tx): Promise<HoldOutcome> => {
    await lockHolds(tx); // a resume that saw the hold is over, so its pause is found below
    const name = (await nameOf(tx, input)) ?? key;
    const { count } = await tx.hold.deleteMany({ where: { scope, key } });
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
    await record(tx, now, by, context, input, name, { action: 'hold.released', facts: { scope, reason } });
    return { kind: 'done', message: `${name} is released. What was decided goes on now.` };
  });
}

/** Keeps in the history that somebody wanted to stop or release something who may not; says so in words. */
export async function refuseHold(
  services: HoldServices,
  act: 'stop' | 'release',
  input: HoldPlace,
  by: Person,
  context: AuditContext,
): Promise<string> {
  const { prisma } = services.db;
  const name = (await nameOf(prisma, input)) ?? input.key;
  await record(prisma, services.now(), by, context, input, name, {
    action: 'hold.refused',
    facts: { scope: input.scope, act },
  });
  return `Only admins may ${act} something. Nothing changed.`;
}

function wrongReason(reason: string, least: number): string | null {
  const { length } = reason.trim();
  if (length < least) return 'Say why, in at least three characters.';
  if (length > longestHoldReason) return `Use at most ${longestHoldReason} characters for the reason.`;
  return wrongText(reason);
}

async function nameOf(tx: Transaction, { scope, key }: HoldPlace): Promise<string | null> {
  if (scope === 'everything') return 'Everything';
  if (scope === 'tool') return key;
  return (await tx.agent.findUnique({ where: { id: key }, select: { name: true } }))?.name ?? null;
}

async function record(
  tx: Transaction,
  now: Date,
  by: Person,
  context: AuditContext,
  { scope, key }: HoldPlace,
  name: string,
  fact: AuditFact<'hold'>,
): Promise<void> {
  const target: Target =
    scope === 'everything' ? { type: 'setting', id: 'hold', name } : { type: scope, id: key, name };
  await appendAudit(tx, now, { ...fact, actor: actorOf(by), targets: [target], context });
  if (fact.action !== 'hold.refused') await notifyLive(tx, { type: 'holds' });
}
