import { readClaim } from '@/lib/approvals/claims';
import { approvalParts, toApproval } from '@/lib/approvals/store';
import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import type { Approval } from '@/lib/domain/approval';
import { isUndoable, liveVotes, mayVote } from '@/lib/domain/approval';
import { system } from '@/lib/domain/audit';
import { sha256OfCanonical } from '@/lib/domain/call-hash';
import { noticeDue } from '@/lib/domain/outcome-notice';
import { runHasEnded } from '@/lib/domain/run';
import { newId } from '@/lib/ids';
import { notifyLive } from '@/lib/live/notify';
import { log } from '@/lib/log';
import { personColumns, toPerson } from '@/lib/people/store';
import { enqueue } from '@/lib/queue/enqueue';
import type { Services } from '@/lib/services';
import { approvalMessage, minimalMessage, type SlackMessage } from './blocks/message';
import { noteMessage, threadNotes } from './blocks/notes';
import { outcomeNote } from './blocks/outcome-note';
import { checkChannel, recordChannelProblem } from './channels';
import { destinations } from './destinations';
import { type Failure, failureOf } from './failures';
import { queueHomesOf } from './home-queue';
import { activeInstallations, clientsFor, endInstallation, type Installation, installationById } from './installations';
import { copyQuietUntil } from './quiet';
import { readSlackView } from './read-view';
import { addRequesterCopy } from './requester';
import { slackOptions, slackTierMode } from './settings';
import {
  addCopy,
  type Copy,
  claimCopy,
  holdCopy,
  overdueApprovals,
  readCopy,
  releaseCopy,
  rememberWait,
  waitFor,
} from './store';
import type { SlackView } from './view';

const unclearWaitMs = 30_000; // a post that timed out may have arrived: somebody may click it meanwhile
const giveUpMs = 24 * 3600_000;
const longestBackoffMs = 15 * 60_000;
const mostDirect = 10;
const heldBack = 'quiet_hours';

/**
 * Brings every copy of an approval to what the approval is now; posts it first where it has not been. The only way by which
 * an approval's messages are written, whatever changed it. Safe to repeat and to run at once with itself.
 */
export async function syncApproval(services: Services, approvalId: string): Promise<void> {
  await openCopies(services, approvalId);
  await openNotice(services, approvalId);
  const copies = await services.db.prisma.slackMessage.findMany({
    where: { approvalId, state: { in: ['new', 'sending', 'live'] }, settled: false },
    select: { id: true },
  });
  await Promise.all(copies.map(({ id }) => deliverMessage(services, id)));
  await queueHomesOf(services);
}

/** The same for every copy of a run's approvals that may still have something to tell. */
export async function syncRun(services: Services, runId: string): Promise<void> {
  const copies = await services.db.prisma.slackMessage.findMany({
    where: { runId, settled: false, state: { in: ['new', 'sending', 'live'] } },
    select: { id: true },
  });
  for (const { id } of copies) await deliverMessage(services, id);
}

/** Queues what is behind, for whatever reason. Called each minute by every worker. */
export async function queueOverdue(services: Services): Promise<void> {
  const ids = await overdueApprovals(services.db, services.now(), 200);
  for (const approvalId of ids) {
    await enqueue(services.db.prisma, 'slack.sync', { approvalId }, { key: `slack:${approvalId}` });
  }
}

/**
 * Brings one copy to what its approval is now. Under the copy's claim the approval is read, rendered and sent, so events may
 * come in any order and several changes become one call; whoever comes meanwhile is noticed before the claim is let go.
 */
export async function deliverMessage(services: Services, messageId: string): Promise<void> {
  const claim = newId('slm');
  const taken = await claimCopy(services.db, messageId, claim, services.now());
  if (taken === null) return;
  let copy: Copy = taken;
  for (;;) {
    await bringUp(services, copy);
    if (await releaseCopy(services.db, messageId, claim, services.now())) return;
    copy = await readCopy(services.db, messageId, claim, services.now());
  }
}

async function bringUp(services: Services, copy: Copy): Promise<void> {
  const now = services.now();
  if (copy.state === 'broken' || copy.state === 'lost') return;
  // Quiet hours may have ended early, or whoever has them may be on call by now.
  if (copy.nextTry !== null && copy.nextTry > now && copy.lastError !== heldBack)
    return later(services, copy, copy.nextTry);
  const installation = await installationById(services, copy.installationId);
  if (installation === null) return; // resting until it is connected again
  const found = await readSlackView(services, copy.approvalId);
  if (found === null) return;
  const { view } = found;
  const message = copy.kind === 'requester' ? outcomeNote(view, now) : approvalMessage(view, now);
  const hash = sha256OfCanonical(JSON.parse(JSON.stringify([message.text, message.blocks])));

  if (copy.state === 'live') {
    if (hash !== copy.renderedHash && !(await update(services, installation, copy, view, message, hash))) return;
  } else if (!(await post(services, installation, copy, found, message, hash))) return;

  const live = await services.db.prisma.slackMessage.findUniqueOrThrow({ where: { id: copy.id } });
  if (live.state !== 'live') return;
  const placed = { ...copy, channel: live.channel, ts: live.ts };
  const told = copy.kind === 'requester' ? 'all' : await tellThread(services, installation, placed, found);
  const toldAll = told === 'all';
  const closed = view.state.status !== 'pending' && !isUndoable(view, now);
  // Without a key the sweep comes back for what the thread does not say yet.
  const renderedKey = told === 'behind' ? null : copy.key;
  await services.db.prisma.slackMessage.update({
    where: { id: copy.id },
    data: {
      renderedKey,
      nextTry: null,
      settled: closed && toldAll && runHasEnded(view.runStatus),
    },
  });
  if (renderedKey !== copy.renderedKey || hash !== copy.renderedHash) await tellPages(services, copy);
}

// The page of the request says how its copies stand.
async function tellPages(services: Services, { approvalId, runId }: Copy): Promise<void> {
  await notifyLive(services.db.prisma, { type: 'slack', id: approvalId, runId });
}

/** Posts a copy for the first time, or again when nobody knows whether it arrived. True: it stands. */
async function post(
  services: Services,
  installation: Installation,
  copy: Copy,
  { view, approval }: { view: SlackView; approval: Approval },
  message: SlackMessage,
  hash: string,
): Promise<boolean> {
  const now = services.now();
  const { prisma } = services.db;
  if (view.state.status !== 'pending' && copy.state === 'new' && copy.kind !== 'requester') {
    // Decided before it was posted. One whose post is unclear is posted again, so that the channel sees the outcome.
    await prisma.slackMessage.update({ where: { id: copy.id }, data: { settled: true, renderedKey: copy.key } });
    return false;
  }
  if (copy.state === 'sending' && copy.sentAt !== null) {
    const again = new Date(copy.sentAt.getTime() + unclearWaitMs);
    if (again > now) return later(services, copy, again).then(() => false);
  }
  const quiet = await copyQuietUntil(services, copy, approval, now);
  if (quiet !== null) {
    await prisma.slackMessage.update({ where: { id: copy.id }, data: { lastError: heldBack } });
    return later(services, copy, quiet).then(() => false);
  }
  if (copy.kind === 'channel') {
    const place = await checkChannel(services, installation, copy.destination);
    if (place.problem !== null) return broken(services, copy, place.problem).then(() => false);
  }
  const key = `chat.postMessage:${copy.destination}`;
  const slot = copy.nextTry === null ? await waitFor(services.db, installation.id, key, now) : null;
  if (slot !== null) return later(services, copy, slot).then(() => false);

  if (!(await holdCopy(services.db, copy, services.now()))) return false;
  await prisma.slackMessage.update({ where: { id: copy.id }, data: { state: 'sending', sentAt: now, nextTry: null } });
  const { delivery } = clientsFor(services, installation);
  const send = async ({ text, blocks, metadata }: SlackMessage) => {
    const answer = await delivery.chat.postMessage({
      channel: copy.destination,
      text,
      blocks,
      metadata,
      unfurl_links: false,
      unfurl_media: false,
    });
    if (!answer.channel || !answer.ts) throw new Error('chat.postMessage answered without a place');
    return { channel: answer.channel, ts: answer.ts };
  };
  const sent = await attempt(
    services,
    copy,
    () => send(message),
    () => send(minimalMessage(view, now)),
  );
  if (sent.ok) {
    await prisma.slackMessage.update({
      where: { id: copy.id },
      data: { state: 'live', ...sent.value, renderedHash: hash, ...succeeded },
    });
    await delivered(services, installation, now);
    return true;
  }
  const { failure } = sent;
  if (failure.kind === 'place') return broken(services, copy, failure.error).then(() => false);
  // Only an unclear post may have arrived; after every other answer it has not.
  const state = failure.kind === 'unclear' ? 'sending' : 'new';
  await failed(services, installation, copy, failure, key, state);
  return false;
}

/** Updates a copy. True: it stands as rendered. */
async function update(
  services: Services,
  installation: Installation,
  copy: Copy,
  view: SlackView,
  message: SlackMessage,
  hash: string,
): Promise<boolean> {
  const now = services.now();
  const { channel, ts } = copy;
  if (channel === null || ts === null) throw new Error(`Copy ${copy.id} is live without a place`);
  const slot = copy.nextTry === null ? await waitFor(services.db, installation.id, 'chat.update', now) : null;
  if (slot !== null) return later(services, copy, slot).then(() => false);
  if (!(await holdCopy(services.db, copy, services.now()))) return false;
  const { delivery } = clientsFor(services, installation);
  const send = ({ text, blocks, metadata }: SlackMessage) =>
    delivery.chat.update({ channel, ts, text, blocks, metadata });
  const sent = await attempt(
    services,
    copy,
    () => send(message),
    () => send(minimalMessage(view, now)),
  );
  if (sent.ok) {
    await services.db.prisma.slackMessage.update({
      where: { id: copy.id },
      data: { renderedHash: hash, ...succeeded },
    });
    await delivered(services, installation, now);
    return true;
  }
  const { failure } = sent;
  if (failure.kind === 'gone' || failure.kind === 'place') await lost(services, copy, failure.error);
  else await failed(services, installation, copy, failure, 'chat.update', 'live');
  return false;
}

const succeeded = { attempts: 0, failingSince: null, nextTry: null, sentAt: null, lastError: null };

type Attempt<T> = { ok: true; value: T } | { ok: false; failure: Failure };

// What Slack calls wrong is our bug: the plain form goes out in its place, and somebody is told.
async function attempt<T>(
  services: Services,
  copy: Copy,
  send: () => Promise<T>,
  sendMinimal: () => Promise<T>,
): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await send() };
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind !== 'rejected') return { ok: false, failure };
    log.error(
      { copy: copy.id, approval: copy.approvalId, error: failure.error, details: failure.details },
      'slack.blocks_refused',
    );
  }
  await holdCopy(services.db, copy, services.now());
  try {
    return { ok: true, value: await sendMinimal() };
  } catch (error) {
    return { ok: false, failure: failureOf(error) };
  }
}

async function failed(
  services: Services,
  installation: Installation,
  copy: Copy,
  failure: Failure,
  key: string,
  state: 'new' | 'sending' | 'live',
): Promise<void> {
  const now = services.now();
  if (failure.kind === 'dead') {
    await endInstallation(services, installation.id, failure.error, 'system', { surface: 'worker' });
    await services.db.prisma.slackMessage.update({ where: { id: copy.id }, data: { state, lastError: failure.error } });
    return;
  }
  const since = copy.failingSince ?? now;
  if (now.getTime() - since.getTime() >= giveUpMs) return lost(services, copy, failure.error);
  if (failure.kind === 'scope') {
    await services.db.prisma.slackInstallation.update({
      where: { id: installation.id },
      data: { message: `Install the app again: the scope ${failure.needed} is missing.` },
    });
  }
  const attempts = copy.attempts + 1;
  const nextTry =
    failure.kind === 'rate_limited'
      ? await rememberWait(services.db, installation.id, key, new Date(now.getTime() + failure.retryAfterMs))
      : state === 'sending'
        ? new Date(now.getTime() + unclearWaitMs)
        : new Date(now.getTime() + backoffMs(attempts));
  await services.db.prisma.slackMessage.update({
    where: { id: copy.id },
    data: { state, attempts, failingSince: since, nextTry, lastError: failure.error },
  });
  log.warn({ copy: copy.id, approval: copy.approvalId, error: failure.error, attempts }, 'slack.delivery_delayed');
  await later(services, copy, nextTry);
}

function backoffMs(attempts: number): number {
  return Math.min(longestBackoffMs, 2_000 * 2 ** Math.min(attempts, 12)) * (0.75 + Math.random() / 2);
}

async function later(services: Services, copy: Copy, at: Date): Promise<void> {
  await services.db.prisma.slackMessage.update({ where: { id: copy.id }, data: { nextTry: at } });
  await comeBack(services, copy, at);
}

async function comeBack(services: Services, copy: Copy, at: Date): Promise<void> {
  await enqueue(
    services.db.prisma,
    'slack.deliver',
    { messageId: copy.id },
    { key: `slack-copy:${copy.id}`, runAt: at },
  );
}

/** The copy's place cannot be used: admins see it in the settings, and the people who may decide get a message each. */
async function broken(services: Services, copy: Copy, error: string): Promise<void> {
  await services.db.prisma.slackMessage.update({
    where: { id: copy.id },
    data: { state: 'broken', lastError: error, nextTry: null },
  });
  log.warn({ copy: copy.id, approval: copy.approvalId, error }, 'slack.place_unusable');
  await tellPages(services, copy);
  if (copy.kind !== 'channel') return;
  await recordChannelProblem(services, copy.installationId, copy.destination, error);
  const found = await readSlackView(services, copy.approvalId);
  if (found === null || found.view.state.status !== 'pending') return;
  const added = await services.db.prisma.$transaction((tx) =>
    addDirectCopies(tx, services.now(), found.approval, copy.installationId),
  );
  if (added) {
    const { approvalId } = copy;
    await enqueue(services.db.prisma, 'slack.sync', { approvalId }, { key: `slack:${approvalId}` });
  }
}

async function lost(services: Services, copy: Copy, error: string): Promise<void> {
  await services.db.prisma.$transaction(async (tx) => {
    const { count } = await tx.slackMessage.updateMany({
      where: { id: copy.id, state: { not: 'lost' } },
      data: { state: 'lost', lastError: error, nextTry: null },
    });
    if (count === 0) return;
    await appendAudit(tx, services.now(), {
      action: 'slack.copy_lost',
      actor: system,
      targets: [{ type: 'approval', id: copy.approvalId }],
      context: { surface: 'worker' },
      facts: { channel: copy.channel ?? copy.destination, error },
      runId: copy.runId,
      approvalId: copy.approvalId,
    });
  });
  log.warn({ copy: copy.id, approval: copy.approvalId, error }, 'slack.copy_lost');
  await tellPages(services, copy);
}

async function delivered(services: Services, installation: Installation, now: Date): Promise<void> {
  await services.db.prisma.slackInstallation.update({ where: { id: installation.id }, data: { lastDeliveryAt: now } });
}

/** Makes room for the copies that an approval should have; decided ones get none any more. */
async function openCopies(services: Services, approvalId: string): Promise<void> {
  const { prisma } = services.db;
  const now = services.now();
  const row = await prisma.approval.findUnique({
    where: { id: approvalId },
    select: {
      status: true,
      deadline: true,
      remindedAt: true,
      run: { select: { agent: { select: { slackChannel: true } } } },
    },
  });
  if (row === null || row.status !== 'pending' || row.deadline <= now) return;
  const installations = await activeInstallations(services);
  const found = await readSlackView(services, approvalId);
  if (found === null) return;
  const byRule = destinations(installations, found.approval.requirement.handling.slackChannel, { orDefault: false });
  const places = byRule.length > 0 ? byRule : destinations(installations, row.run.agent?.slackChannel ?? null);
  if (slackTierMode(await slackOptions(prisma), found.approval.tier) === 'off') return;
  await prisma.$transaction(async (tx) => {
    for (const { installation, channel } of places) {
      await addCopy(tx, {
        id: newId('slm', now),
        approvalId,
        runId: found.approval.runId,
        installationId: installation.id,
        kind: 'channel',
        destination: channel,
        now,
      });
    }
    await addHoldersCopies(tx, now, found.approval);
    // Where no channel was chosen, the people who may decide are asked one by one. Whom the escalation names is asked in any
    // case, and so is whoever was reminded, when they are not a crowd.
    for (const { id } of installations) {
      if (places.length === 0) await addDirectCopies(tx, now, found.approval, id);
      else await addDirectCopies(tx, now, found.approval, id, row.remindedAt === null ? 'named' : 'waited_for');
    }
  });
}

// Whoever was given a request is told, by a message of their own.
async function addHoldersCopies(tx: Transaction, now: Date, approval: Approval): Promise<void> {
  const claim = await readClaim(tx, approval.id, now);
  if (claim === null || claim.givenBy === null) return;
  const links = await tx.slackUserLink.findMany({
    where: { userId: claim.holder.id, status: 'active', installation: { status: 'active' } },
    select: { slackUserId: true, installationId: true },
  });
  for (const { slackUserId, installationId } of links) {
    await addDirectCopy(tx, approval, { slackUserId, installationId, now });
  }
}

/** Makes room for the message to whoever asked for the run, or comes back when the decision cannot be taken back any more. */
async function openNotice(services: Services, approvalId: string): Promise<void> {
  const { prisma } = services.db;
  const now = services.now();
  const row = await prisma.approval.findUnique({ where: { id: approvalId }, include: approvalParts });
  const requesterUserId = row?.run.requesterUserId ?? null;
  if (row === null || row.status === 'pending' || requesterUserId === null) return;
  const approval = toApproval(row);
  const due = noticeDue(approval, now);
  if (due === null || slackTierMode(await slackOptions(prisma), approval.tier) === 'off') return;
  if (due > now) {
    await enqueue(prisma, 'slack.sync', { approvalId }, { key: `slack-final:${approvalId}`, runAt: due });
    return;
  }
  const { runId } = approval;
  await prisma.$transaction((tx) => addRequesterCopy(tx, { approvalId, runId, requesterUserId, now }));
}

async function addDirectCopies(
  tx: Transaction,
  now: Date,
  approval: Approval,
  installationId: string,
  whom: 'everybody' | 'named' | 'waited_for' = 'everybody',
): Promise<boolean> {
  const { groups } = approval.requirement;
  if (whom === 'named' && !groups.some((group) => group.startsWith('@'))) return false;
  const links = await tx.slackUserLink.findMany({
    where: { installationId, status: 'active', user: { deactivatedAt: null } },
    orderBy: { verifiedAt: 'asc' },
    select: { slackUserId: true, user: { select: personColumns } },
  });
  const voters = links.flatMap(({ slackUserId, user }) => {
    const person = toPerson(user, now);
    return mayVote(approval, person) === 'yes' ? [{ slackUserId, person }] : [];
  });
  const voted = new Set(liveVotes(approval).map(({ by }) => by.id));
  const waited = voters.filter(({ person }) => !voted.has(person.id));
  const asked =
    whom === 'everybody'
      ? voters.slice(0, mostDirect)
      : whom === 'waited_for' && waited.length <= mostDirect
        ? waited
        : waited.filter(({ person }) => groups.includes(`@${person.email.toLowerCase()}`));
  let added = false;
  for (const { slackUserId } of asked) {
    const fresh = await addDirectCopy(tx, approval, { slackUserId, installationId, now });
    added ||= fresh;
  }
  return added;
}

/**
 * Posts what the thread does not say yet: `all` when it says everything then, `behind` when the sweep must come back, `held`
 * when it comes by itself as the reader's quiet hours end. The caller holds the copy.
 */
async function tellThread(
  services: Services,
  installation: Installation,
  copy: Copy,
  { view, approval }: { view: SlackView; approval: Approval },
): Promise<'all' | 'behind' | 'held'> {
  const { channel, ts } = copy;
  if (channel === null || ts === null) return 'behind';
  const { prisma } = services.db;
  const said = new Map(
    (await prisma.slackThreadNote.findMany({ where: { messageId: copy.id } })).map((note) => [note.key, note]),
  );
  const { delivery } = clientsFor(services, installation);
  const waitKey = `chat.postMessage:${channel}`;
  let told: 'all' | 'behind' = 'all';
  for (const note of threadNotes(view)) {
    const now = services.now();
    const known = said.get(note.key);
    if (known && (known.state === 'posted' || known.state === 'lost')) continue;
    if (note.since && copy.createdAt >= note.since) continue;
    if (note.notIn?.channel === channel && note.notIn.ts === ts) continue;
    const before = note.replaces === undefined ? null : (said.get(note.replaces)?.ts ?? null);
    if (note.replaces !== undefined && before === null) continue;
    const quiet = await copyQuietUntil(services, copy, approval, now);
    if (quiet !== null) {
      await comeBack(services, copy, quiet);
      return 'held';
    }
    const where = { messageId_key: { messageId: copy.id, key: note.key } };
    const keep = (state: 'new' | 'sending', sentAt: Date) =>
      prisma.slackThreadNote.upsert({
        where,
        create: { messageId: copy.id, key: note.key, state, sentAt },
        update: { state, sentAt },
      });
    // A line that waits keeps the instant that was kept free for it; the message itself is not held up by it.
    const due = known?.sentAt
      ? new Date(known.sentAt.getTime() + (known.state === 'sending' ? unclearWaitMs : 0))
      : await waitFor(services.db, installation.id, waitKey, now);
    if (due !== null && due > now) {
      if (known === undefined) await keep('new', due);
      await comeBack(services, copy, due);
      return 'behind';
    }
    if (!(await holdCopy(services.db, copy, services.now()))) return 'behind';
    await keep('sending', now);
    try {
      const answer =
        before === null
          ? await delivery.chat.postMessage({
              channel,
              thread_ts: ts,
              ...noteMessage(note),
              unfurl_links: false,
              unfurl_media: false,
            })
          : await delivery.chat.update({ channel, ts: before, ...noteMessage(note) });
      await prisma.slackThreadNote.update({ where, data: { state: 'posted', ts: answer.ts ?? null } });
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === 'rate_limited') {
        const until = new Date(now.getTime() + failure.retryAfterMs);
        const slot = await rememberWait(services.db, installation.id, waitKey, until);
        await keep('new', slot);
        await comeBack(services, copy, slot);
        return 'behind';
      }
      if (failure.kind === 'unclear') {
        await comeBack(services, copy, new Date(now.getTime() + unclearWaitMs));
        told = 'behind';
        continue;
      }
      // The message itself says how it stands; a line that Slack refuses is not worth a second try.
      await prisma.slackThreadNote.update({ where, data: { state: 'lost' } });
      log.warn({ copy: copy.id, key: note.key, error: failure.error }, 'slack.note_lost');
    }
  }
  return told;
}

/** Makes room for the message to one person. False: it is there. */
function addDirectCopy(
  tx: Transaction,
  { id: approvalId, runId }: Pick<Approval, 'id' | 'runId'>,
  { slackUserId, installationId, now }: { slackUserId: string; installationId: string; now: Date },
): Promise<boolean> {
  const id = newId('slm', now);
  return addCopy(tx, { id, approvalId, runId, installationId, kind: 'direct', destination: slackUserId, now });
}
