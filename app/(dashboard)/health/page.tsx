import type { Metadata } from 'next';
import { Suspense } from 'react';
import { HealthRefresh } from '@/components/admin/health/health-refresh';
import { Part } from '@/components/admin/health/part';
import { reasonText } from '@/components/admin/health/reason-text';
import { HoldList } from '@/components/holds/hold-list';
import { HoldSwitch } from '@/components/holds/hold-switch';
import { Banner } from '@/components/ui/banner';
import { ButtonLink } from '@/components/ui/button';
import { Definition, DefinitionList } from '@/components/ui/definition-list';
import { Link } from '@/components/ui/link';
import { PageHeader } from '@/components/ui/page-header';
import { Panel } from '@/components/ui/panel';
import { SafeText } from '@/components/ui/safe-text';
import { Skeleton } from '@/components/ui/skeleton';
import { Status } from '@/components/ui/status';
import { DataCell, HeadCell, Row, Table, TableBody, TableHead } from '@/components/ui/table';
import { Time } from '@/components/ui/time';
import { requirePerson } from '@/lib/auth';
import { can } from '@/lib/domain/person';
import { type HealthView, readHealth } from '@/lib/health/health';
import { holdViews } from '@/lib/holds/view';
import { services } from '@/lib/services';
import { webhookStateText } from '@/lib/settings/gemini-webhook';
import { GeminiPart } from './gemini-part';

export const metadata: Metadata = { title: 'Health' };

export default async function HealthPage() {
  const viewer = await requirePerson('events.read');
  const began = performance.now();
  const health = await readHealth(services(), viewer);
  const tookMs = Math.round(performance.now() - began);
  const alive = health.workers.filter((worker) => worker.alive).length;
  const manage = can(viewer, 'settings.manage');
  const holds = await holdViews(services());
  const stopped = holds.some(({ scope }) => scope === 'everything');
  return (
    <>
      <PageHeader
        title="Health"
        subtitle={
          <>
            As of <Time value={health.at} />.
          </>
        }
        actions={<HealthRefresh />}
      />
      <div className="grid gap-4 pb-8">
        {health.webhook.disabled.map((webhook) => (
          <Banner
            key={webhook.id}
            tone="danger"
            title={`Gemini’s webhook is ${webhookStateText(webhook.state)}`}
            action={manage && <ButtonLink href="/settings">Look at it</ButtonLink>}
          >
            Runs are still read every few minutes, so approvals appear late rather than never.
          </Banner>
        ))}
        {health.checkpoints.failing.map((place) => (
          <Banner
            key={place.kind}
            tone="warning"
            title={
              place.kind === 'directory'
                ? 'Checkpoints cannot be written to their directory'
                : 'Checkpoints do not reach Slack'
            }
          >
            {`They are kept in the database alone, where whoever can change the history could change them too. ${place.message}`}
          </Banner>
        ))}
        <ul aria-label="Parts" className="grid gap-4 sm:grid-cols-2 xl:grid-cols-5">
          <Part name="Database" tone="success" state="Answers" detail={`read in ${tookMs} ms`} />
          <Suspense
            fallback={
              <Part name="Gemini" tone="neutral" state="Asking…" detail={<Skeleton className="mt-1 h-3 w-32" />} />
            }
          >
            <GeminiPart />
          </Suspense>
          <Part
            name="Workers"
            tone={alive > 0 ? 'success' : 'danger'}
            state={alive === 0 ? 'None is alive' : alive === 1 ? 'One is alive' : `${alive} are alive`}
            detail={alive > 0 ? 'take jobs as they come' : 'start one with npm run worker'}
          />
          <QueuePart queue={health.queue} at={health.at} />
          <LogPart checkpoints={health.checkpoints} />
        </ul>
        <Panel
          title="Stopped"
          description="What admins have stopped: rules approve nothing there, and what people decide is not sent on."
          actions={
            manage && !stopped && <HoldSwitch scope="everything" holdKey="" name="everything" held={false} size="sm" />
          }
        >
          <HoldList holds={holds} manage={manage} />
        </Panel>
        <Unsettled unsettled={health.unsettled} />
        <div className="grid items-start gap-4 xl:grid-cols-2">
          <WebhookState webhook={health.webhook} manage={manage} />
          <Workers workers={health.workers} />
        </div>
        <FailedJobs failures={health.queue.failures} count={health.queue.failed} />
      </div>
    </>
  );
}

const lateMs = 60_000;

function QueuePart({ queue, at }: { queue: HealthView['queue']; at: Date }) {
  const late = queue.oldestDueAt !== null && at.getTime() - queue.oldestDueAt.getTime() > lateMs;
  return (
    <Part
      name="Queue"
      tone={late ? 'warning' : 'success'}
      state={late ? 'Behind' : queue.waiting + queue.running === 0 ? 'Nothing to do' : 'Working'}
      detail={
        <>
          {`${queue.waiting} waiting, ${queue.running} running, ${queue.later} for later`}
          {queue.oldestDueAt !== null && (
            <>
              {'; oldest due '}
              <Time value={queue.oldestDueAt} />
            </>
          )}
        </>
      }
    />
  );
}

function LogPart({ checkpoints: { newest, protection, failing } }: { checkpoints: HealthView['checkpoints'] }) {
  return (
    <Part
      name="Audit log"
      tone={failing.length > 0 ? 'warning' : newest === null ? 'neutral' : 'success'}
      state={newest === null ? 'Not signed yet' : failing.length > 0 ? 'Kept in one place' : 'Signed'}
      detail={
        <>
          {newest === null ? (
            'with the first entries'
          ) : (
            <>
              {`${newest.size.toLocaleString('en')} entries, `}
              <Time value={newest.at} />
            </>
          )}
          {protection === 'role' ? '; the app can only add to it' : '; a trigger alone keeps the app from changing it'}
        </>
      }
    />
  );
}

function Unsettled({ unsettled }: { unsettled: HealthView['unsettled'] }) {
  return (
    <Panel
      flush
      title={`Needs a person${unsettled.count > 0 ? ` (${unsettled.count})` : ''}`}
      description="It is not known whether Gemini received a start or a decision, or Gemini refused it. Nothing is sent twice by itself."
      className="overflow-clip"
    >
      {unsettled.count === 0 ? (
        <p className="px-4 py-3">
          <Status tone="success" glyph="check">
            Nothing
          </Status>
        </p>
      ) : (
        <ul aria-label="Starts and resumes that need a person">
          {unsettled.list.map(({ runId, title, what, state, message, at }) => (
            <li key={`${what} ${runId}`} className="grid gap-1 border-line border-b px-4 py-3 last:border-b-0">
              <span className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
                <Link href={`/runs/${runId}`} className="wrap-anywhere font-medium">
                  <SafeText>{title || runId}</SafeText>
                </Link>
                <Status tone={state === 'refused' ? 'danger' : 'warning'} glyph="warning">
                  {what === 'start' ? 'Start unclear' : state === 'refused' ? 'Resume refused' : 'Resume unclear'}
                </Status>
                <span className="ml-auto text-muted text-sm">
                  <Time value={at} />
                </span>
              </span>
              {message !== null && (
                <span className="wrap-anywhere text-muted text-sm">
                  <SafeText>{message}</SafeText>
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function WebhookState({ webhook, manage }: { webhook: HealthView['webhook']; manage: boolean }) {
  return (
    <Panel title="Deliveries">
      <DefinitionList>
        <Definition
          label="Last verified"
          note={webhook.verifiedAt === null && manage ? 'Register the webhook under Settings.' : undefined}
        >
          {webhook.verifiedAt === null ? 'Never' : <Time value={webhook.verifiedAt} />}
        </Definition>
        <Definition label="Last refused">
          {webhook.refusedAt === null ? 'Never' : <Time value={webhook.refusedAt} />}
        </Definition>
        <Definition label="Refused in 24 hours">
          {webhook.refused.length === 0 ? (
            'None'
          ) : (
            <ul className="grid gap-1">
              {webhook.refused.map(({ reason, count }) => (
                <li key={reason}>
                  <span className="font-medium tabular-nums">{count.toLocaleString('en')}</span>{' '}
                  <span className="text-muted">{reasonText(reason)}</span>
                </li>
              ))}
            </ul>
          )}
        </Definition>
      </DefinitionList>
    </Panel>
  );
}

function Workers({ workers }: { workers: HealthView['workers'] }) {
  return (
    <Panel flush title="Workers" className="overflow-clip">
      {workers.length === 0 ? (
        <p className="px-4 py-3 text-muted">
          None has reported in the last hour. The app runs one by itself unless WORKER is none; more are started with
          npm run worker.
        </p>
      ) : (
        <Table label="Workers">
          <TableHead>
            <HeadCell>Process</HeadCell>
            <HeadCell className="w-24">State</HeadCell>
            <HeadCell className="w-28" align="right">
              Last beat
            </HeadCell>
            <HeadCell className="w-28" align="right" hideBelow="sm">
              Started
            </HeadCell>
          </TableHead>
          <TableBody>
            {workers.map((worker) => (
              <Row key={worker.id}>
                <DataCell mono>{`${worker.host}:${worker.pid}`}</DataCell>
                <DataCell>
                  {worker.alive ? <Status tone="success">Alive</Status> : <Status glyph="slash">Gone</Status>}
                </DataCell>
                <DataCell align="right" muted>
                  <Time value={worker.beatAt} />
                </DataCell>
                <DataCell align="right" muted hideBelow="sm">
                  <Time value={worker.startedAt} />
                </DataCell>
              </Row>
            ))}
          </TableBody>
        </Table>
      )}
    </Panel>
  );
}

function FailedJobs({ failures, count }: { failures: HealthView['queue']['failures']; count: number }) {
  if (count === 0) return null;
  return (
    <Panel
      flush
      title={`Jobs given up (${count})`}
      description="They used up their attempts. The sweep queues afresh what approvals and resumes need."
      className="overflow-clip"
    >
      <Table label="Jobs given up">
        <TableHead>
          <HeadCell className="w-44">Job</HeadCell>
          <HeadCell>Last error</HeadCell>
          <HeadCell className="w-24" align="right" hideBelow="md">
            Attempts
          </HeadCell>
          <HeadCell className="w-28" align="right" hideBelow="sm">
            When
          </HeadCell>
        </TableHead>
        <TableBody>
          {failures.map((job) => (
            <Row key={job.id}>
              <DataCell mono>{job.name}</DataCell>
              <DataCell muted title={job.error}>
                <SafeText>{job.error}</SafeText>
              </DataCell>
              <DataCell align="right" muted hideBelow="md">
                {job.attempts}
              </DataCell>
              <DataCell align="right" muted hideBelow="sm">
                <Time value={job.failedAt} />
              </DataCell>
            </Row>
          ))}
        </TableBody>
      </Table>
    </Panel>
  );
}
