import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { after } from 'next/server';
import { AgentReason } from '@/components/approvals/agent-reason';
import { ArgumentsView } from '@/components/approvals/arguments-view';
import { AskedBy } from '@/components/approvals/asked-by';
import { PauseCalls } from '@/components/approvals/pause-calls';
import { ResumePanel } from '@/components/approvals/resume-panel';
import { LiveTopic } from '@/components/live/live-topic';
import { PageHeader } from '@/components/ui/page-header';
import { findPause } from '@/lib/approvals/queries';
import { settleConsequences } from '@/lib/approvals/settle-resume';
import { recordView } from '@/lib/approvals/viewing';
import { requestContext, requirePerson } from '@/lib/auth';
import { can } from '@/lib/domain/person';
import { services } from '@/lib/services';
import {
  passkeyAction,
  recordAction,
  revealAction,
  settleAction,
  undoAction,
  voteAction,
} from '../../approvals/[id]/actions';
import { viewersStepUp } from '../../viewers-step-up';

export const metadata: Metadata = { title: 'Calls of a pause' };

const actions = {
  vote: voteAction,
  passkey: passkeyAction,
  undo: undoAction,
  record: recordAction,
  settle: settleAction,
  reveal: revealAction,
};

export default async function PausePage({ params }: PageProps<'/pauses/[id]'>) {
  const viewer = await requirePerson('approvals.read');
  const pause = await findPause(services(), (await params).id, viewer);
  if (pause === null) notFound();
  const context = await requestContext('web');
  const stepUp = await viewersStepUp();
  after(async () => {
    for (const { id, tool } of pause.calls) {
      await recordView(services(), { approvalId: id, runId: pause.run.id, tool, by: viewer, context });
    }
  });
  const decided = pause.calls.every((call) => call.status !== 'pending');
  const undoUntil = pause.calls.flatMap((call) => call.decision?.undoUntil ?? []).find((at) => at > services().now());
  return (
    <>
      <LiveTopic types={['approval', 'run']} runId={pause.run.id} />
      <PageHeader
        back={{ href: '/inbox', label: 'Inbox' }}
        title={pause.calls.length === 1 ? 'One call waits' : `${pause.calls.length} calls of one pause`}
        subtitle={<AskedBy request={{ run: pause.run, createdAt: pause.openedAt }} />}
      />
      <div className="grid gap-4 pb-4">
        {decided && (
          <ResumePanel
            resume={pause.resume}
            undoUntil={undoUntil ?? null}
            interactionId={pause.interactionId}
            runId={pause.run.id}
            maySettle={pause.maySettle}
            consequences={settleConsequences}
            settle={settleAction}
          />
        )}
        <AgentReason text={pause.agentReason} />
      </div>
      <PauseCalls
        calls={pause.calls}
        actions={actions}
        stepUp={stepUp}
        details={pause.calls.map((call, index) => (
          <ArgumentsView
            key={call.id}
            request={call}
            label={`How the arguments of call ${index + 1} are shown`}
            reveal={revealAction}
            mayReveal={can(viewer, 'approvals.vote')}
          />
        ))}
      />
    </>
  );
}
