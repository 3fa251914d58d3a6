import { openDatabase } from '@/lib/db';
import { callHash } from '@/lib/domain/call-hash';
import type { Person, Role } from '@/lib/domain/person';
import type { Prisma } from '@/lib/generated/prisma/client';
import { freshDatabase } from './database';

/** Noon of the day on which these tests take place. */
export const noon = new Date('2026-03-14T12:00:00.000Z');

export const minutes = (count: number, from = noon) => new Date(from.getTime() + count * 60_000);

export type Shelf = Awaited<ReturnType<typeof openShelf>>;

/** A database of its own, with people and approvals put straight into it, in whatever state a test is about. */
export async function openShelf() {
  const database = await freshDatabase();
  const db = openDatabase(database.url, { connections: 4 });
  const services = { db, now: () => noon };
  let count = 0;

  async function person(name: string, role: Role): Promise<Person> {
    const id = `usr_${name.toLowerCase()}`;
    const email = `${name.toLowerCase()}@example.com`;
    await db.prisma.user.create({ data: { id, name, email, role } });
    return { id, name, email, role, active: true, groups: [] };
  }

  type Given = Partial<Prisma.ApprovalUncheckedCreateInput> & {
    requester?: string | null;
    requesterUserId?: string | null;
    starterUserId?: string | null;
  };

  async function approval(given: Given = {}): Promise<string> {
    count += 1;
    const number = String(count).padStart(4, '0');
    const { requester = 'bot@example.com', requesterUserId = null, starterUserId = null, ...columns } = given;
    const interactionId = `int_${number}`;
    const call = { callId: 'c1', name: columns.name ?? 'issue_refund', arguments: (columns.arguments ?? {}) as never };
    const runId = columns.runId ?? `run_${number}`;
    const pauseId = columns.pauseId ?? `pau_${number}`;
    if (columns.runId === undefined) {
      await db.prisma.run.create({
        data: {
          id: runId,
          origin: 'started',
          status: 'paused',
          token: number,
          requester,
          requesterUserId,
          starterUserId,
          metadata: {},
          profile: { model: 'm', tools: [] },
          title: `Run ${number}`,
          createdAt: noon,
        },
      });
      await db.prisma.interaction.create({
        data: { id: interactionId, runId, position: 0, status: 'requires_action', steps: [] },
      });
      await db.prisma.pause.create({ data: { id: pauseId, runId, interactionId, openedAt: noon } });
    }
    const id = columns.id ?? `apr_${number}`;
    await db.prisma.approval.create({
      data: {
        position: 0,
        effect: `Call ${number}`,
        tier: 2,
        rule: 'Tier 2',
        ruleReason: 'One person must decide.',
        policyVersion: 1,
        approvalsNeeded: 1,
        rejectionsNeeded: 1,
        fourEyes: true,
        fulfilment: 'answer',
        deadline: minutes(60),
        deadlineSource: 'rule',
        onTimeout: 'reject',
        status: 'pending',
        createdAt: minutes(count - 1000),
        ...columns,
        ...call,
        id,
        runId,
        pauseId,
        interactionId,
        callHash: callHash({ interaction: interactionId, ...call }),
      },
    });
    return id;
  }

  async function vote(approvalId: string, by: Person, voided = false, inPlaceOf: Person | null = null): Promise<void> {
    count += 1;
    await db.prisma.vote.create({
      data: {
        id: `vot_${count}`,
        approvalId,
        userId: by.id,
        userName: by.name,
        forUserId: inPlaceOf?.id ?? null,
        forUserName: inPlaceOf?.name ?? null,
        verdict: 'approve',
        callHash: 'a'.repeat(64),
        argumentsHash: 'a'.repeat(64),
        surface: 'web',
        castAt: noon,
        ...(voided ? { voidedAt: noon, voidedBy: 'undone' } : {}),
      },
    });
  }

  return {
    services,
    prisma: db.prisma,
    person,
    approval,
    vote,
    close: async () => {
      await db.close();
      await database.drop();
    },
  };
}

/** The columns of an approval that people approved. */
export function approvedBy(name: string, at: Date, args: object = {}) {
  return {
    status: 'approved',
    decidedAt: at,
    decision: {
      status: 'approved',
      by: { kind: 'people', voters: [{ id: `usr_${name.toLowerCase()}`, name }] },
      at: at.toISOString(),
      undoUntil: null,
      arguments: { ...args },
      changed: false,
      note: null,
    },
  };
}
