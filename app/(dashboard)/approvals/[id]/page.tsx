import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { after } from 'next/server';
import { AgentReason } from '@/components/approvals/agent-reason';
import { ApprovalStatusMark } from '@/components/approvals/approval-status';
import { ArgumentsView } from '@/components/approvals/arguments-view';
import { AskedBy } from '@/components/approvals/asked-by';
import { Comments } from '@/components/approvals/comments';
import { Conversation } from '@/components/approvals/conversation';
import { Dock, type DockAct } from '@/components/approvals/dock';
import { argumentsOf } from '@/components/approvals/edited-arguments';
import { DecisionPanel, ResumePanel } from '@/components/approvals/resume-panel';
import { SharingBar } from '@/components/approvals/sharing-bar';
import { SiblingNav } from '@/components/approvals/sibling-nav';
import { Activity, Precedents, Siblings, Votes } from '@/components/approvals/side-panels';
import { WhyAsked } from '@/components/approvals/why-asked';
import { LiveTopic } from '@/components/live/live-topic';
import { SlackCopies } from '@/components/slack/copies';
import { Badge } from '@/components/ui/badge';
import { Countdown } from '@/components/ui/countdown';
import { Diff } from '@/components/ui/diff';
import { Disclosure } from '@/components/ui/disclosure';
import { PageHeader } from '@/components/ui/page-header';
import { Panel } from '@/components/ui/panel';
import { SafeText } from '@/components/ui/safe-text';
import { Tier } from '@/components/ui/tier';
import { findApproval } from '@/lib/approvals/queries';
import { settleConsequences } from '@/lib/approvals/settle-resume';
import { recordView } from '@/lib/approvals/viewing';
import { requestContext, requirePerson } from '@/lib/auth';
import { namesInWords } from '@/lib/domain/names';
import { can } from '@/lib/domain/person';
import { needsStepUp } from '@/lib/domain/step-up';
import { services } from '@/lib/services';
import { findCopies } from '@/lib/slack/copies';
import { viewersStepUp } from '../../viewers-step-up';
import {
  extendAction,
  passkeyAction,
  recordAction,
  revealAction,
  settleAction,
  undoAction,
  voteAction,
} from './actions';
import { claimAction, giveAction, peopleAction, releaseAction } from './claim-actions';
import { addCommentAction, deleteCommentAction } from './comment-actions';
import { endSnoozeAction, snoozeAction } from './snooze-actions';

export const metadata: Metadata = { title: 'Request' };

const actions = {
  vote: voteAction,
  passkey: passkeyAction,
  undo: undoAction,
  record: recordAction,
  settle: settleAction,
  reveal: revealAction,
};

const claimActions = { claim: claimAction, give: giveAction, release: releaseAction, people: peopleAction };
const snoozeActions = { snooze: snoozeAction, end: endSnoozeAction };
const commentActions = { add: addCommentAction, remove: deleteCommentAction };

const acts: readonly DockAct[] = ['approve', 'reject', 'answer', 'edit'];

export default async function RequestPage({ params, searchParams }: PageProps<'/approvals/[id]'>) {
  const viewer = await requirePerson('approvals.read');
  const { id } = await params;
  const { act, queue } = await searchParams;
  const [request, copies] = await Promise.all([
    findApproval(services(), id, viewer),
    findCopies(services(), id, viewer),
  ]);
  if (request === null) notFound();
  const context = await requestContext('web');
  after(() =>
    recordView(services(), { approvalId: request.id, runId: request.run.id, tool: request.tool, by: viewer, context }),
  );

  const { siblings, decision, proposal } = request;
  const place = siblings.findIndex((sibling) => sibling.id === request.id);
  const mayReveal = can(viewer, 'approvals.vote');
  const changed = decision?.agreed ?? proposal?.arguments ?? null;
  return (
    <>
      <LiveTopic types={['approval', 'run', 'slack']} runId={request.run.id} />
      <PageHeader
        back={{ href: '/inbox', label: 'Inbox' }}
        title={<SafeText>{request.effect}</SafeText>}
        subtitle={
          <span className="grid gap-1 pt-1">
            <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
              <Tier tier={request.tier} />
              <ApprovalStatusMark status={request.status} changed={decision?.changed ?? false} />
              {request.status === 'pending' && <Countdown deadline={request.deadline} />}
              <span className="font-mono text-sm wrap-anywhere">
                <SafeText>{request.tool}</SafeText>
              </span>
            </span>
            <AskedBy request={request} />
          </span>
        }
        actions={
          siblings.length > 1 && (
            <SiblingNav
              previous={siblings[place - 1]?.id ?? null}
              next={siblings[place + 1]?.id ?? null}
              place={`Call ${place + 1} of ${siblings.length}`}
            />
          )
        }
      />
      {request.status === 'pending' && !request.pastDeadline && (
        <SharingBar
          key={`sharing-${request.id}`}
          approvalId={request.id}
          claim={request.claim}
          decides={request.viewer.may === 'yes' && !request.viewer.voted}
          may={request.viewer.may === 'yes'}
          actions={claimActions}
          snoozedUntil={request.snoozedUntil}
          snoozes={snoozeActions}
          snoozing={act === 'snooze'}
        />
      )}
      <div className="grid items-start gap-4 pb-8 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="grid min-w-0 gap-4">
          {decision !== null && <DecisionPanel decision={decision} />}
          {decision !== null && (
            <ResumePanel
              resume={request.resume}
              undoUntil={
                decision.undoUntil !== null && decision.undoUntil > services().now() ? decision.undoUntil : null
              }
              interactionId={request.interactionId}
              runId={request.run.id}
              maySettle={request.viewer.maySettle}
              consequences={settleConsequences}
              settle={settleAction}
            />
          )}
          <WhyAsked request={request} extend={extendAction} />
          <Panel
            title="Arguments"
            {...(request.toolDescription === null
              ? {}
              : { description: <SafeText>{request.toolDescription}</SafeText> })}
          >
            <ArgumentsView
              request={request}
              reveal={revealAction}
              mayReveal={mayReveal}
              note={
                changed !== null && (
                  <Badge tone="info">{`Edited by ${namesInWords(decision?.by ?? proposal?.by ?? [])}`}</Badge>
                )
              }
            />
          </Panel>
          {changed !== null && (
            <Panel
              title={decision === null ? 'Proposed change' : 'What was changed'}
              description={
                decision === null
                  ? `${namesInWords(proposal?.by ?? [])} voted for other arguments. Votes count only for the arguments that they name.`
                  : 'The call on record stays as the model made it; these arguments were approved in its place.'
              }
            >
              <Diff before={argumentsOf(request.fields)} after={changed} label="Changed arguments" />
            </Panel>
          )}
          <AgentReason text={request.agentReason} />
          <Comments
            key={`comments-${request.id}`}
            approvalId={request.id}
            comments={request.comments}
            actions={commentActions}
          />
          <Panel flush>
            <Disclosure
              className="px-4 py-1.5"
              summary="Conversation"
              end={<span className="text-faint text-sm">{`${request.conversation.length} steps`}</span>}
            >
              <Conversation items={request.conversation} current={request.id} />
            </Disclosure>
          </Panel>
        </div>
        <div className="grid min-w-0 gap-4">
          <Votes
            votes={request.votes}
            pending={request.status === 'pending'}
            needed={request.rule.approvals}
            given={request.approvalsGiven}
          />
          <SlackCopies copies={copies} />
          <Siblings siblings={siblings} current={request.id} pauseId={request.pauseId} />
          <Precedents precedents={request.precedents} tool={request.tool} />
          <Activity
            entries={request.activity}
            receiptHref={hasReceipt(request, services().now()) ? `/approvals/${request.id}/receipt` : null}
          />
        </div>
      </div>
      <Dock
        key={request.id}
        request={{ ...dockRequest(request), approvalsNeeded: request.rule.approvals }}
        actions={actions}
        stepUp={needsStepUp(request.tier, 'approve') ? await viewersStepUp() : 'nothing'}
        opened={acts.find((known) => known === act) ?? null}
        nextHref={nextHref(request.id, queue, request.nextId)}
      />
    </>
  );
}

// Once the decision cannot be taken back any more.
function hasReceipt({ status, decision }: NonNullable<Awaited<ReturnType<typeof findApproval>>>, now: Date): boolean {
  if (status === 'pending' || status === 'superseded') return false;
  const undoUntil = decision?.undoUntil ?? null;
  return undoUntil === null || undoUntil <= now;
}

function dockRequest(request: NonNullable<Awaited<ReturnType<typeof findApproval>>>) {
  const { id, version, status, tier, effect, callHash, fields, edit, proposal, viewer } = request;
  const { pastDeadline, awaitsResult, decision, approvalsGiven } = request;
  return {
    id,
    version,
    status,
    tier,
    effect,
    callHash,
    fields,
    edit,
    proposal,
    viewer,
    pastDeadline,
    awaitsResult,
    decision,
    approvalsGiven,
  };
}

// A queue of chosen requests goes first; after it comes whatever needs this person next.
function nextHref(id: string, queue: string | string[] | undefined, nextId: string | null): string | null {
  const ids = typeof queue === 'string' ? queue.split(',').filter((part) => /^[\w-]{1,100}$/.test(part)) : [];
  const following = ids[ids.indexOf(id) + 1];
  if (ids.includes(id) && following !== undefined) return `/approvals/${following}?queue=${ids.join(',')}`;
  return nextId === null ? null : `/approvals/${nextId}`;
}
