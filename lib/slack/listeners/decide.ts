import { vote } from '@/lib/approvals/vote';
import { appendAudit } from '@/lib/audit/append';
import {
  type Approval,
  type Ballot,
  liveVotes,
  mayVote,
  type VoteOutcome,
  type VoteRefusal,
} from '@/lib/domain/approval';
import type { AuditContext } from '@/lib/domain/audit';
import type { Person } from '@/lib/domain/person';
import { newId } from '@/lib/ids';
import { enqueue } from '@/lib/queue/enqueue';
import type { Services } from '@/lib/services';
import type { Reference } from '../blocks/button';
import { modeOf } from '../blocks/message';
import { changedText, decidedSentence, refusalText, tooLateText } from '../blocks/words';
import type { Installation } from '../installations';
import { readSlackView } from '../read-view';
import type { SlackMode, SlackView } from '../view';

/** What came of trying to decide in Slack, in words for the person. */
export type Said =
  | { kind: 'done'; text: string; undoUntil: Date | null; approvalId: string }
  | { kind: 'not_recorded'; title: string; text: string };

/** The same answer for an id that is not known and for one that is not to be seen from here. */
export const unknownText = 'This request is not known here. Nothing was recorded.';

/** What each act needs of the request: a quick Approve must have been shown everything. */
const allowed: Record<'approve' | 'approve_in_full' | 'edit' | 'reject' | 'answer', readonly SlackMode[]> = {
  approve: ['decide'],
  approve_in_full: ['decide', 'review'],
  edit: ['decide', 'review'],
  reject: ['decide', 'review', 'reject'],
  answer: ['decide', 'review'],
};
export type Act = keyof typeof allowed;

/** Who tries, and from where: a try that is refused goes into the history under their name. */
export type Trier = Readonly<{ by: Person; context: AuditContext }>;

type Refusal = VoteRefusal['code'] | 'not_known';

export type Shown =
  | { ok: true; view: SlackView; approval: Approval }
  | { ok: false; said: Extract<Said, { kind: 'not_recorded' }>; url: string | null };

/**
 * The request that a button names, when what its reader saw is what is on record, Slack may be used for this and the reader
 * may vote on it. Otherwise what to say; the history has it then. The vote itself checks again, under the lock.
 */
export async function shownRequest(
  services: Services,
  ref: Reference | null,
  act: Act | 'look',
  trier: Trier,
): Promise<Shown> {
  const found = ref === null ? null : await readSlackView(services, ref.a);
  if (act === 'look') return found === null ? refuse('Not known', unknownText, null) : { ok: true, ...found };
  const refused = async (reason: Refusal, title: string, text: string) => {
    const again = found !== null && reason === 'already_decided' && hasVotedSo(found.approval, act, trier.by);
    if (!again) await recordRefusedTry(services, { ...trier, approval: found?.approval ?? null, act, reason });
    return refuse(title, text, found?.view.url ?? null);
  };
  if (ref === null || found === null) return refused('not_known', 'Not known', unknownText);
  const { view, approval } = found;
  if (view.state.status !== 'pending') {
    const text = `${decidedSentence(view.state, view.decidedOn)} Yours was not recorded.`;
    return refused('already_decided', 'Already decided', text);
  }
  if (view.revision !== ref.r) return refused('changed', 'Changed', changedText);
  const mode = modeOf(view, services.now());
  if (mode === 'closed') return refused('too_late', 'Too late', tooLateText(view.deadline));
  if (!allowed[act].includes(mode)) {
    return refused('browser_only', 'Use the browser', 'This one is decided in the browser. Nothing was recorded here.');
  }
  const permission = mayVote(approval, trier.by);
  if (permission !== 'yes') {
    const about = { state: approval.state, surface: null, deadline: approval.deadline };
    return refused(permission, 'Not recorded', refusalText({ code: permission }, about));
  }
  return { ok: true, ...found };
}

/** Keeps in the history that a person tried something on an approval, or on one that is not known, and was refused. */
export async function recordRefusedTry(
  services: Pick<Services, 'db' | 'now'>,
  tried: Trier & { approval: Approval | null; act: Act | 'undo'; reason: Refusal },
): Promise<void> {
  const { by, context, approval, act, reason } = tried;
  await appendAudit(services.db.prisma, services.now(), {
    action: 'vote.refused',
    actor: { type: 'person', id: by.id, name: by.name },
    targets: approval ? [{ type: 'approval', id: approval.id, name: approval.call.name }] : [],
    context,
    facts: { verdict: verbOf(act), reason },
    ...(approval ? { approvalId: approval.id, runId: approval.runId } : {}),
  });
}

function verbOf(act: Act | 'undo'): string {
  return act === 'approve_in_full' ? 'approve' : act;
}

// A double click is no refused attempt: what it asks for has happened.
function hasVotedSo(approval: Approval, act: Act, by: Person): boolean {
  const verdict = act === 'reject' || act === 'answer' ? act : 'approve';
  return liveVotes(approval).some((one) => one.by.id === by.id && one.ballot.verdict === verdict);
}

/** Casts a vote for the person behind a Slack account: the very use case that the browser and the API call. */
export async function castInSlack(
  services: Services,
  input: { approval: Approval; view: SlackView; ballot: Ballot; by: Person; context: AuditContext },
): Promise<Said> {
  const { approval, ballot, by, context } = input;
  const { revision } = input.view;
  const outcome = await vote(services, {
    approvalId: approval.id,
    ballot,
    by,
    surface: 'slack',
    context,
    shown: revision,
  });
  if (outcome === null) return { kind: 'not_recorded', title: 'Not known', text: unknownText };
  return sayOutcome(outcome, ballot);
}

function sayOutcome(outcome: VoteOutcome, ballot: Ballot): Said {
  const { approval } = outcome;
  const verb = { approve: 'approval', reject: 'rejection', answer: 'answer' }[ballot.verdict];
  switch (outcome.kind) {
    case 'decided':
    case 'recorded': {
      const undoUntil = 'undoUntil' in approval.state ? approval.state.undoUntil : null;
      const text =
        outcome.kind === 'decided'
          ? `Your ${verb} is recorded.`
          : `Your ${verb} is recorded. More people are needed before it counts.`;
      return { kind: 'done', text, undoUntil, approvalId: approval.id };
    }
    case 'unchanged':
      return { kind: 'done', text: `Your ${verb} was recorded already.`, undoUntil: null, approvalId: approval.id };
    case 'refused': {
      const last = approval.votes.filter((one) => one.voided === null).at(-1);
      return {
        kind: 'not_recorded',
        title: 'Not recorded',
        text: refusalText(outcome.reason, {
          state: approval.state,
          surface: last?.surface ?? null,
          deadline: approval.deadline,
        }),
      };
    }
  }
}

/** What the button that takes a vote back needs; null: it cannot be taken back. */
export function undoOf(
  { undoUntil, approvalId }: Extract<Said, { kind: 'done' }>,
  revision: string,
): Readonly<{ until: Date; a: string; r: string }> | null {
  return undoUntil === null ? null : { until: undoUntil, a: approvalId, r: revision };
}

/** Has the copy that was clicked brought up to date; one that we did not know of is taken up first. */
export async function repairCopy(
  services: Services,
  installation: Installation,
  place: { channel: string; ts: string; ours: boolean } | null,
  approvalId: string,
): Promise<void> {
  const { prisma } = services.db;
  if (place?.ours) {
    const where = { installationId: installation.id, channel: place.channel, ts: place.ts };
    // What is shown there was stale: send it again even when we believe that it is up to date.
    const { count } = await prisma.slackMessage.updateMany({
      where: { ...where, approvalId, state: { not: 'lost' } },
      data: { renderedHash: null, renderedKey: null, settled: false, dirty: true },
    });
    if (count === 0) await adopt(services, installation, place, approvalId);
  }
  await enqueue(prisma, 'slack.sync', { approvalId }, { key: `slack:${approvalId}` });
}

/** Takes up a copy that we did not know of: a post that seemed to fail did arrive. */
export async function adopt(
  services: Services,
  installation: Installation,
  place: { channel: string; ts: string; ours: boolean } | null,
  approvalId: string,
): Promise<boolean> {
  if (!place?.ours) return false;
  const { prisma } = services.db;
  const approval = await prisma.approval.findUnique({ where: { id: approvalId }, select: { runId: true } });
  if (approval === null) return false;
  const now = services.now();
  const { count } = await prisma.slackMessage.createMany({
    data: {
      id: newId('slm', now),
      approvalId,
      runId: approval.runId,
      installationId: installation.id,
      kind: 'adopted',
      destination: place.channel,
      channel: place.channel,
      ts: place.ts,
      state: 'live',
      createdAt: now,
      updatedAt: now,
    },
    skipDuplicates: true,
  });
  return count === 1;
}

function refuse(title: string, text: string, url: string | null): Shown {
  return { ok: false, said: { kind: 'not_recorded', title, text }, url };
}
