import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Activity } from '@/components/approvals/side-panels';
import { resumeSentence } from '@/components/approvals/wording';
import { LiveTopic } from '@/components/live/live-topic';
import { InteractionPanel } from '@/components/runs/interaction-panel';
import { RunStatusMark } from '@/components/runs/run-status';
import { SettleStart } from '@/components/runs/settle-start';
import { durationWords, originText, runLook } from '@/components/runs/wording';
import { Banner } from '@/components/ui/banner';
import { CopyButton } from '@/components/ui/copy-button';
import { Definition, DefinitionList } from '@/components/ui/definition-list';
import { JsonView } from '@/components/ui/json-view';
import { Link } from '@/components/ui/link';
import { PageHeader } from '@/components/ui/page-header';
import { Panel } from '@/components/ui/panel';
import { SafeText } from '@/components/ui/safe-text';
import { Time } from '@/components/ui/time';
import { settleConsequences } from '@/lib/approvals/settle-resume';
import { requirePerson } from '@/lib/auth';
import { can } from '@/lib/domain/person';
import { findRun } from '@/lib/runs/queries';
import type { RunView } from '@/lib/runs/views';
import { services } from '@/lib/services';
import { settleAction } from '../../approvals/[id]/actions';
import { settleStartAction } from './actions';

export const metadata: Metadata = { title: 'Run' };

export default async function RunPage({ params }: PageProps<'/runs/[id]'>) {
  const viewer = await requirePerson('runs.read');
  const run = await findRun(services(), (await params).id, viewer);
  if (run === null) notFound();
  return (
    <>
      <LiveTopic types={['run', 'approval']} runId={run.id} />
      <PageHeader
        back={{ href: '/runs', label: 'Runs' }}
        title={<SafeText>{run.title === '' ? run.id : run.title}</SafeText>}
        subtitle={
          <span className="flex flex-wrap items-center gap-x-4 gap-y-1 pt-1">
            <RunStatusMark status={run.status} />
            <span>{stateOf(run)}</span>
          </span>
        }
      />
      <div className="grid items-start gap-4 pb-8 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="grid min-w-0 gap-4">
          {run.origin === 'foreign' ? (
            <ForeignRun run={run} mayManage={can(viewer, 'agents.manage')} />
          ) : (
            run.message !== null &&
            !saidBelow(run) && (
              <Banner tone={runLook[run.status].tone === 'danger' ? 'danger' : 'warning'}>
                <SafeText>{run.message}</SafeText>
              </Banner>
            )
          )}
          {run.erased.steps !== null && (
            <Banner tone="info">
              What was asked and said in this run was erased by the rules of retention. Its calls and decisions stay.
            </Banner>
          )}
          {run.candidates !== null && run.maySettle && (
            <SettleStart candidates={run.candidates} settle={settleStartAction.bind(null, run.id)} />
          )}
          {run.interactions.length === 0 && run.candidates === null && (
            <Panel>
              <p className="text-muted">
                {run.status === 'unclear' || run.status === 'failed'
                  ? 'No interaction of this run is known.'
                  : 'The first interaction has not been read yet; it appears here by itself.'}
              </p>
            </Panel>
          )}
          {run.interactions.map((interaction, index) => (
            <InteractionPanel
              key={interaction.id}
              interaction={interaction}
              place={index + 1}
              maySettle={run.maySettle}
              consequences={settleConsequences}
              settle={settleAction}
            />
          ))}
        </div>
        <div className="grid min-w-0 gap-4">
          <Panel title="Run">
            <DefinitionList>
              <Definition label="Agent">
                {run.agent === null ? (
                  <span className="text-faint">No agent of the list</span>
                ) : (
                  <SafeText>{run.agent.name}</SafeText>
                )}
              </Definition>
              {run.target !== null && (
                <Definition label="Runs on" mono>
                  {run.target}
                </Definition>
              )}
              <Definition label="Requester">
                {run.requester === null ? (
                  <span className="text-faint">Not named</span>
                ) : (
                  <SafeText>{run.requester}</SafeText>
                )}
              </Definition>
              <Definition label="Origin">{originText[run.origin]}</Definition>
              <Definition label="Started">
                <Time value={run.createdAt} format="absolute" className="" />
              </Definition>
              {run.endedAt !== null && (
                <Definition label="Took">{durationWords(run.endedAt.getTime() - run.createdAt.getTime())}</Definition>
              )}
              {run.spent.atGeminiMs !== null && (
                <Definition label="At Gemini">{durationWords(run.spent.atGeminiMs)}</Definition>
              )}
              {run.spent.waitingMs !== null && (
                <Definition label="Waiting for people">{durationWords(run.spent.waitingMs)}</Definition>
              )}
              {run.nextReadAt !== null && (
                <Definition label="Read again" note="Webhooks come sooner; this makes sure that nothing is missed.">
                  <Time value={run.nextReadAt} />
                </Definition>
              )}
              {run.totalTokens !== null && (
                <Definition label="Tokens">{run.totalTokens.toLocaleString('en')}</Definition>
              )}
              {run.tools.length > 0 && <Definition label="Tools">{run.tools.join(', ')}</Definition>}
              <Definition label="Id" mono>
                <span className="flex items-center gap-1">
                  <span className="min-w-0 truncate">{run.id}</span>
                  <CopyButton value={run.id} label="Copy the run’s id" />
                </span>
              </Definition>
            </DefinitionList>
          </Panel>
          {Object.keys(run.metadata).length > 0 && <JsonView value={run.metadata} label="Metadata" />}
          <Activity entries={run.activity} />
        </div>
      </div>
    </>
  );
}

// The resume of the newest interaction, whose own words say more than the run's.
const lastResume = (run: RunView) => run.interactions.at(-1)?.pause?.resume ?? null;

function stateOf(run: RunView): string {
  const resume = lastResume(run);
  return run.status === 'paused' && resume !== null && resume.status !== 'waiting'
    ? resumeSentence({ ...resume, undoOpen: false })
    : runLook[run.status].meaning;
}

/** Whether the panel of an interaction gives the reason already. */
function saidBelow(run: RunView): boolean {
  const resume = lastResume(run);
  return resume !== null && resume.message === run.message;
}

function ForeignRun({ run, mayManage }: { run: RunView; mayManage: boolean }) {
  return (
    <Banner tone="warning" title="This run can be read, not decided">
      <p>{run.message ?? 'Another program started it, and no agent here knows the tools that it was started with.'}</p>
      {run.mayComeFrom.map(({ runId, title }) => (
        <p key={runId} className="pt-2">
          It may also be a run of ours whose start had an unclear outcome:{' '}
          <Link href={`/runs/${runId}`}>
            <SafeText>{title || runId}</SafeText>
          </Link>
          . If so, say so there.
        </p>
      ))}
      <ul className="list-disc pt-2 pl-5">
        <li>
          Register it with <code className="font-mono text-sm">POST /api/v1/runs/register</code>, naming its tools.
        </li>
        <li>
          {mayManage ? (
            <>
              Let an <Link href="/agents">agent</Link> of the same model adopt such runs; that holds for the next ones.
            </>
          ) : (
            'Ask an admin to let an agent of the same model adopt such runs; that holds for the next ones.'
          )}
        </li>
      </ul>
    </Banner>
  );
}
