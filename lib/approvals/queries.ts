import { z } from 'zod';
import { type EntryRow, readEntries } from '@/lib/audit/store';
import type { Transaction } from '@/lib/db';
import {
  type Approval,
  type ApprovalStatus,
  approvalStatuses,
  isBlind,
  liveVotes,
  mayVote,
  undo,
  votesFor,
} from '@/lib/domain/approval';
import { auditSentence } from '@/lib/domain/audit';
import { argumentsHash } from '@/lib/domain/call-hash';
import { type Claim, mayRelease } from '@/lib/domain/claim';
import { deadlineSources, extendDeadline } from '@/lib/domain/deadline';
import { mask, maskChanged, maskWithin } from '@/lib/domain/masking';
import { voterName } from '@/lib/domain/names';
import { functionResults, needsResult, type Pause } from '@/lib/domain/pause';
import { can, type Person } from '@/lib/domain/person';
import { continuationProfile, targetOf } from '@/lib/domain/profile';
import type { ReadableEntry } from '@/lib/domain/proof/leaf';
import { runStatuses } from '@/lib/domain/run';
import { isTier, type Tier } from '@/lib/domain/tier';
import { loadChain, maskFor, sentResults } from '@/lib/runs/chain';
import { conversationOf, reasonBefore } from '@/lib/runs/conversation';
import type { Services } from '@/lib/services';
import { readClaim } from './claims';
import { readComments } from './comments';
import { cursorOf, pageFrom, parseCursor } from './cursor';
import { decidedBy } from './decided-by';
import { eligiblePeople } from './eligible-people';
import { fieldsOf } from './fields';
import {
  awaitingResultRows,
  type InboxCounts,
  inboxCounts,
  inboxRows,
  type ListPosition,
  rowsById,
} from './inbox-store';
import { lastDeadline } from './last-deadline';
import { readSnooze } from './snoozes';
import { type ApprovalRow, approvalParts, toApproval, toExtension, toPause } from './store';
import type {
  ActivityView,
  DecisionView,
  InboxOrder,
  InboxRow,
  InboxShow,
  InboxTab,
  PauseCallView,
  PauseView,
  PrecedentView,
  RequestView,
  ResumeView,
  VoteView,
} from './views';

export type InboxPage = Readonly<{
  rows: readonly InboxRow[];
  /** Approved calls whose result somebody must still type; only on the first page of what needs the viewer. */
  awaitingResult: readonly InboxRow[];
  newer: string | null;
  older: string | null;
}>;

const pageSize = 50;
const awaitingShown = 20;

/**
 * One page of the inbox, by cursor; an unreadable cursor means the first page. *Needs me* is what the viewer may decide
 * and has not voted on, *waiting* what waits for others after the viewer's vote or on the viewer's own run.
 */
export async function listInbox(
  services: Pick<Services, 'db' | 'now'>,
  request: {
    tab: InboxTab;
    order: InboxOrder;
    show?: InboxShow;
    after?: string | undefined;
    before?: string | undefined;
  },
  viewer: Person,
): Promise<InboxPage> {
  const { tab, order, show = 'all' } = request;
  const after = parseCursor(request.after);
  const before = after ? null : parseCursor(request.before);
  const from = after
    ? { side: 'after' as const, position: after }
    : before
      ? { side: 'before' as const, position: before }
      : null;
  const first = from === null && tab === 'needs_me' && show === 'all' && can(viewer, 'approvals.vote');
  const now = services.now();
  const [found, awaitingResult] = await Promise.all([
    inboxRows(services.db, { tab, order, show, viewer, now, limit: pageSize, from }),
    first ? awaitingResultRows(services.db, awaitingShown, now) : [],
  ]);
  const page = pageFrom(found, pageSize, from?.side ?? null, (row) => cursorOf(positionOf(row, tab, order)));
  return { ...page, awaitingResult };
}

/** How much waits in each tab of this person's inbox, each counted up to 100. */
export async function countInbox(services: Pick<Services, 'db' | 'now'>, viewer: Person): Promise<InboxCounts> {
  return inboxCounts(services.db, viewer, services.now());
}

/** Rows that are on show somewhere and have left their list, as they stand now. */
export async function findRows(
  services: Pick<Services, 'db' | 'now'>,
  ids: readonly string[],
): Promise<readonly InboxRow[]> {
  return rowsById(services.db, ids.slice(0, 2 * pageSize), services.now());
}

/** Everything that the page of one request shows to this person. Null: there is no such approval. */
export async function findApproval(
  services: Pick<Services, 'db' | 'now'>,
  id: string,
  viewer: Person,
): Promise<RequestView | null> {
  const { prisma } = services.db;
  const now = services.now();
  const row = await prisma.approval.findUnique({ where: { id }, include: approvalParts });
  if (row === null) return null;
  const approval = toApproval(row);
  const [pauseRow, siblings, run, chain, precedents, activity, eligible, next, claim, comments, snoozedUntil] =
    await Promise.all([
      prisma.pause.findUniqueOrThrow({
        where: { id: row.pauseId },
        include: { attempts: { orderBy: { number: 'asc' } }, interaction: { select: { steps: true } } },
      }),
      prisma.approval.findMany({
        where: { pauseId: row.pauseId },
        orderBy: { position: 'asc' },
        include: approvalParts,
      }),
      runHead(prisma, row.runId),
      loadChain(prisma, row.runId, row.interactionId),
      precedentsOf(prisma, row),
      activityOf(prisma, approval),
      whoMayDecide(prisma, approval, now),
      inboxRows(services.db, { tab: 'needs_me', order: 'due', show: 'all', viewer, now, limit: 1, from: null }),
      readClaim(prisma, id, now),
      readComments(prisma, id),
      readSnooze(prisma, approval, viewer, now),
    ]);
  const pause = toPause(pauseRow);
  const calls = siblings.map(toApproval);
  const steps = chain.parts.find((part) => part.id === row.interactionId)?.steps ?? [];
  const sent = sentResults(pauseRow.attempts)?.find((result) => result.callId === row.callId)?.result ?? null;
  return {
    ...callView(row, approval, pause, viewer, now, sent),
    pauseId: row.pauseId,
    interactionId: row.interactionId,
    callId: row.callId,
    toolDescription: chain.descriptions.get(row.name) ?? null,
    createdAt: row.createdAt,
    deadlineSource: z.enum(deadlineSources).parse(row.deadlineSource),
    extension: extensionOf(row),
    mayExtendTo: await extendableTo(prisma, approval, viewer, now),
    rule: {
      name: row.rule,
      reason: row.ruleReason,
      policyVersion: row.policyVersion,
      approvals: row.approvalsNeeded,
      rejections: row.rejectionsNeeded,
      fourEyes: row.fourEyes,
      groups: row.eligibleGroups,
      problem: row.ruleProblem,
      onTimeout: approval.requirement.onTimeout,
    },
    run,
    requesterTold: await requesterTold(prisma, approval),
    manual: approval.fulfilment === 'manual',
    agentReason: reasonBefore(steps, row.callId),
    eligible,
    votes: votesOf(approval, viewer),
    claim: approval.state.status === 'pending' ? claimView(claim, viewer) : null,
    resume: resumeView(pause, calls, pauseRow.attempts.length),
    siblings: siblings.map((sibling) => ({
      id: sibling.id,
      position: sibling.position,
      tool: sibling.name,
      effect: sibling.effect,
      tier: tierOf(sibling.tier),
      status: statusOf(sibling.status),
    })),
    snoozedUntil,
    comments: comments.map(({ id, by, at, surface, text, editedAt }) => ({
      id,
      name: by.name,
      mine: by.id === viewer.id,
      at,
      surface,
      text,
      edited: editedAt !== null,
    })),
    precedents,
    activity,
    conversation: conversationOf(chain.parts, chain.question, maskFor(chain.masks)),
    nextId: next.map((candidate) => candidate.id).find((candidate) => candidate !== row.id) ?? null,
  };
}

/** All calls of one pause, each with what is needed to decide it. Null: there is no such pause. */
export async function findPause(
  services: Pick<Services, 'db' | 'now'>,
  id: string,
  viewer: Person,
): Promise<PauseView | null> {
  const { prisma } = services.db;
  const now = services.now();
  const row = await prisma.pause.findUnique({
    where: { id },
    include: {
      attempts: { orderBy: { number: 'asc' } },
      interaction: { select: { steps: true } },
      approvals: { orderBy: { position: 'asc' }, include: approvalParts },
    },
  });
  if (row === null) return null;
  const pause = toPause(row);
  const results = sentResults(row.attempts);
  const chain = await loadChain(prisma, row.runId, row.interactionId);
  const steps = chain.parts.find((part) => part.id === row.interactionId)?.steps ?? [];
  const firstCall = row.approvals[0]?.callId ?? '';
  return {
    id: row.id,
    interactionId: row.interactionId,
    run: await runHead(prisma, row.runId),
    openedAt: row.openedAt,
    resume: resumeView(pause, row.approvals.map(toApproval), row.attempts.length),
    maySettle: can(viewer, 'resume.settle'),
    agentReason: reasonBefore(steps, firstCall),
    calls: row.approvals.map((call): PauseCallView => {
      const sent = results?.find((result) => result.callId === call.callId)?.result ?? null;
      return {
        ...callView(call, toApproval(call), pause, viewer, now, sent),
        approvalsNeeded: call.approvalsNeeded,
        rule: { name: call.rule, reason: call.ruleReason },
      };
    }),
  };
}

/** The history of an approval and of its run with its copies in Slack, newest first; only what was done, never from where. */
export async function activityOf(prisma: Transaction, approval: Approval): Promise<ActivityView[]> {
  const { id: approvalId, runId } = approval;
  const unseen = isBlind(approval) ? { action: { not: { startsWith: 'vote.' } } } : {};
  const [own, ofRun, copies] = await Promise.all([
    prisma.auditEntry.findMany({ where: { approvalId, ...unseen }, orderBy: { seq: 'desc' }, take: activityShown }),
    prisma.auditEntry.findMany({ where: { runId, approvalId: null }, orderBy: { seq: 'desc' }, take: activityShown }),
    slackCopies(prisma, approvalId),
  ]);
  const newest = [...own, ...ofRun].toSorted((one, other) => (one.seq < other.seq ? 1 : -1)).slice(0, activityShown);
  const told = (await readEntries(prisma, newest)).map(toActivity);
  return [...told, ...copies].toSorted((one, other) => other.at.getTime() - one.at.getTime());
}

// That a copy went to Slack changes nothing here, so the history has no entry of it; who looks at a request wants to know.
async function slackCopies(prisma: Transaction, approvalId: string): Promise<ActivityView[]> {
  const rows = await prisma.slackMessage.findMany({
    where: { approvalId, ts: { not: null } },
    orderBy: { createdAt: 'asc' },
    take: activityShown,
    select: {
      id: true,
      kind: true,
      channel: true,
      sentAt: true,
      createdAt: true,
      installation: { select: { channels: { select: { id: true, name: true } } } },
    },
  });
  return rows.map(({ id, kind, channel, sentAt, createdAt, installation }) => {
    const name = installation.channels.find((one) => one.id === channel)?.name;
    if (kind === 'requester') {
      return { id, at: sentAt ?? createdAt, actor: 'Countersign', sentence: 'told whoever asked for the run in Slack' };
    }
    const where = kind === 'direct' ? 'as a message to one person' : name ? `in #${name}` : 'in a channel';
    return { id, at: sentAt ?? createdAt, actor: 'Countersign', sentence: `posted it in Slack ${where}` };
  });
}

/** The history of a run with all its approvals, newest first. */
export async function runActivity(prisma: Transaction, runId: string): Promise<ActivityView[]> {
  const blind = await prisma.approval.findMany({
    where: { runId, status: 'pending', handling: { path: ['blindSecondReview'], equals: true } },
    select: { id: true },
  });
  const unseen = { action: { startsWith: 'vote.' }, approvalId: { in: blind.map(({ id }) => id) } };
  const entries = await prisma.auditEntry.findMany({
    where: { runId, ...(blind.length > 0 ? { NOT: unseen } : {}) },
    orderBy: { seq: 'desc' },
    take: 2 * activityShown,
  });
  return (await readEntries(prisma, entries)).map(toActivity);
}

/** What heads every page that belongs to a run. */
export async function runHead(prisma: Transaction, runId: string): Promise<RequestView['run']> {
  const run = await prisma.run.findUniqueOrThrow({
    where: { id: runId },
    select: { id: true, title: true, status: true, requester: true, profile: true, agent: { select: { name: true } } },
  });
  const profile = continuationProfile.safeParse(run.profile);
  return {
    id: run.id,
    title: run.title,
    status: z.enum(runStatuses).parse(run.status),
    agent: run.agent?.name ?? null,
    target: profile.success ? targetOf(profile.data) : null,
    requester: run.requester,
  };
}

const activityShown = 60;
const precedentsShown = 5;
const namesShown = 6;

function callView(
  row: ApprovalRow,
  approval: Approval,
  pause: Pause,
  viewer: Person,
  now: Date,
  sent: RequestView['arguments'] | null,
) {
  const { state } = approval;
  const live = liveVotes(approval);
  const mine = live.some(({ by }) => by.id === viewer.id || by.for?.id === viewer.id);
  const agreed = state.status === 'approved' && state.changed ? state.arguments : null;
  const open = pause.resume === 'waiting' || pause.resume === 'ready';
  const proposal = proposalOf(approval);
  const about = { schema: approval.schema, maskedFields: row.maskedFields, riskFields: row.riskFields };
  const base = proposal?.arguments ?? approval.call.arguments;
  return {
    id: row.id,
    version: row.version,
    status: state.status,
    tool: row.name,
    callHash: row.callHash,
    tier: approval.tier,
    effect: row.effect,
    deadline: row.deadline,
    pastDeadline: now >= row.deadline,
    arguments: mask(approval.call.arguments, row.maskedFields),
    fields: fieldsOf(approval.call.arguments, { ...about, agreed: agreed ?? proposal?.arguments ?? null }),
    edit:
      approval.schema !== null && state.status === 'pending'
        ? { baseHash: argumentsHash(base), fields: fieldsOf(base, { ...about, agreed: null }) }
        : null,
    proposal: proposal && {
      ...proposal,
      arguments: maskChanged(approval.call.arguments, proposal.arguments, row.maskedFields),
      fields: fieldsOf(proposal.arguments, { ...about, agreed: approval.call.arguments }),
    },
    approvalsGiven: leading(approval),
    awaitsResult: needsResult(approval),
    viewer: {
      may: mayVote(approval, viewer),
      for: votesFor(approval, viewer)?.name ?? null,
      voted: mine,
      mayUndo: open && approval.outcome === null && undo(approval, viewer, now).kind === 'undone',
      maySettle: can(viewer, 'resume.settle'),
    },
    decision: decisionView(approval, row.maskedFields, sent),
  } satisfies Partial<RequestView>;
}

function decisionView(
  approval: Approval,
  maskedFields: readonly string[],
  sent: RequestView['arguments'] | null,
): DecisionView | null {
  const { state } = approval;
  if (state.status === 'pending') return null;
  const known = state.status !== 'superseded' && !needsResult(approval);
  const result = sent ?? (known ? (functionResults([approval])[0]?.result ?? null) : null);
  return {
    status: state.status,
    ...('by' in state ? decidedBy(state) : { by: [], byRule: false }),
    at: state.at,
    undoUntil: 'undoUntil' in state ? state.undoUntil : null,
    words:
      state.status === 'rejected'
        ? state.reason
        : state.status === 'superseded'
          ? state.why
          : 'note' in state
            ? state.note
            : null,
    next: state.status === 'rejected' ? state.next : null,
    changed: state.status === 'approved' && state.changed,
    agreed:
      state.status === 'approved' && state.changed
        ? maskChanged(approval.call.arguments, state.arguments, maskedFields)
        : null,
    result: result && maskWithin(result, maskedFields),
    sent: sent !== null,
  };
}

// Approvals count only for the same arguments: the largest group that agrees is how far it has come.
function leading(approval: Approval): number {
  const sizes = new Map<string, number>();
  for (const { ballot, argumentsHash: hash } of liveVotes(approval)) {
    if (ballot.verdict === 'reject') continue;
    const key = `${ballot.verdict} ${ballot.verdict === 'answer' ? JSON.stringify(ballot.result) : hash}`;
    sizes.set(key, (sizes.get(key) ?? 0) + 1);
  }
  return Math.max(0, ...sizes.values());
}

// A vote for other arguments voids the votes for any others, so at most one proposal is alive.
function proposalOf(approval: Approval): Omit<NonNullable<RequestView['proposal']>, 'fields'> | null {
  if (approval.state.status !== 'pending') return null;
  const votes = liveVotes(approval).filter(({ ballot }) => ballot.verdict === 'approve' && ballot.arguments !== null);
  const last = votes.at(-1);
  if (last?.ballot.verdict !== 'approve' || last.ballot.arguments === null) return null;
  if (last.argumentsHash === argumentsHash(approval.call.arguments)) return null;
  const by = isBlind(approval) ? [] : votes.map((vote) => voterName(vote.by));
  return { by, hash: last.argumentsHash, arguments: last.ballot.arguments };
}

function votesOf(approval: Approval, viewer: Person): readonly VoteView[] {
  const proposed = argumentsHash(approval.call.arguments);
  const shown = isBlind(approval) ? approval.votes.filter(({ by }) => by.id === viewer.id) : approval.votes;
  return shown.map((vote) => ({
    id: vote.id,
    name: voterName(vote.by),
    mine: vote.by.id === viewer.id,
    verdict: vote.ballot.verdict,
    at: vote.at,
    surface: vote.surface,
    words: vote.ballot.verdict === 'reject' ? vote.ballot.reason : vote.ballot.note,
    edited: vote.argumentsHash !== proposed,
    proof: vote.stepUp?.with ?? null,
    voided: vote.voided?.why ?? null,
  }));
}

function claimView(claim: Claim | null, viewer: Person): RequestView['claim'] {
  if (claim === null) return null;
  const { holder, givenBy, at } = claim;
  return {
    holderId: holder.id,
    name: holder.name,
    givenBy: givenBy?.name ?? null,
    at,
    mine: holder.id === viewer.id,
    mayRelease: mayRelease(claim, viewer),
  };
}

/** How far the answer to the agent is. */
export function resumeView(pause: Pause, calls: readonly Approval[], attempts: number): ResumeView {
  return {
    status: pause.resume,
    message: pause.message,
    notBefore: pause.notBefore,
    childId: pause.childId,
    undecided: calls.filter(({ state }) => state.status === 'pending').length,
    awaitingResults: calls.filter(needsResult).length,
    attempts,
  };
}

async function precedentsOf(prisma: Transaction, row: ApprovalRow): Promise<PrecedentView[]> {
  const rows = await prisma.approval.findMany({
    where: {
      name: row.name,
      status: { in: ['approved', 'rejected', 'answered'] },
      createdAt: { lte: row.createdAt },
      id: { not: row.id },
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: precedentsShown,
    select: { id: true, effect: true, status: true, decidedAt: true, decision: true },
  });
  return rows.map((precedent) => {
    const decision = precedentDecision.parse(precedent.decision);
    return {
      id: precedent.id,
      effect: precedent.effect,
      status: statusOf(precedent.status),
      by: decidedBy(precedent.decision).by,
      at: precedent.decidedAt,
      changed: decision.changed ?? false,
      reason: decision.reason ?? null,
    };
  });
}

const precedentDecision = z.object({ changed: z.boolean().optional(), reason: z.string().optional() });

function extensionOf(row: ApprovalRow): RequestView['extension'] {
  const extension = toExtension(row);
  return extension && { by: extension.by.name, at: extension.at, reason: extension.reason };
}

async function extendableTo(prisma: Transaction, approval: Approval, by: Person, now: Date): Promise<Date | null> {
  if (approval.state.status !== 'pending') return null;
  const latest = (await lastDeadline(prisma, approval)).at;
  return extendDeadline(approval, { to: latest, reason: 'asked' }, { by, latest, now }).kind === 'extended'
    ? latest
    : null;
}

// lib/slack/requester.ts: by account alone, since anybody can claim an address.
async function requesterTold(prisma: Transaction, { requester }: Approval): Promise<RequestView['requesterTold']> {
  if (requester === null) return null;
  if (requester.userId === null) return 'nobody';
  const linked = { userId: requester.userId, status: 'active', installation: { status: 'active' } };
  return (await prisma.slackUserLink.count({ where: linked })) > 0 ? 'slack' : 'here';
}

async function whoMayDecide(prisma: Transaction, approval: Approval, now: Date): Promise<RequestView['eligible']> {
  const names = (await eligiblePeople(prisma, approval, now)).map((person) => {
    const other = votesFor(approval, person);
    return voterName(other === null ? person : { name: person.name, for: other });
  });
  return { names: names.slice(0, namesShown), more: Math.max(0, names.length - namesShown) };
}

function toActivity({ row, actor, facts }: ReadableEntry & { row: EntryRow }): ActivityView {
  return { id: row.id, at: row.occurredAt, actor: actor.name, sentence: auditSentence(row.action, facts) };
}

function positionOf(row: InboxRow, tab: InboxTab, order: InboxOrder): ListPosition {
  if (tab === 'done') return { at: row.decidedAt ?? row.createdAt, id: row.id };
  return { at: order === 'due' ? row.deadline : row.createdAt, id: row.id };
}

function tierOf(tier: number): Tier {
  return isTier(tier) ? tier : 3;
}

function statusOf(status: string): ApprovalStatus {
  return z.enum(approvalStatuses).parse(status);
}
