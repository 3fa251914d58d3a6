import { Activity } from 'lucide-react';
import type { Metadata } from 'next';
import { LiveTopic } from '@/components/live/live-topic';
import { RunFilters } from '@/components/runs/run-filters';
import { RunTable } from '@/components/runs/run-table';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { PageHeader } from '@/components/ui/page-header';
import { Pagination } from '@/components/ui/pagination';
import { requirePerson } from '@/lib/auth';
import { can } from '@/lib/domain/person';
import { runStatuses } from '@/lib/domain/run';
import { searchedRuns } from '@/lib/runs/list-store';
import { agentChoices, listRuns, toolChoices } from '@/lib/runs/queries';
import { services } from '@/lib/services';

export const metadata: Metadata = { title: 'Runs' };

export default async function RunsPage({ searchParams }: PageProps<'/runs'>) {
  const viewer = await requirePerson('runs.read');
  const query = await searchParams;
  const status = runStatuses.find((known) => known === query.status) ?? null;
  const agentId = one(query.agent);
  const text = one(query.text)?.trim().slice(0, 200) ?? '';
  const tool = one(query.tool)?.slice(0, 300);
  const requester = one(query.requester)?.trim().slice(0, 320);
  const [from, to] = [dayOf(one(query.from)), dayOf(one(query.to))];
  const [page, agents, tools] = await Promise.all([
    listRuns(services(), {
      filter: {
        status,
        agentId: agentId ?? null,
        text: text === '' ? null : text,
        tool: tool ?? null,
        requester: requester ?? null,
        from,
        to: to && new Date(to.getTime() + dayMs), // the last day is whole
      },
      after: one(query.after),
      before: one(query.before),
    }),
    agentChoices(services()),
    toolChoices(services()),
  ]);
  const values = {
    status: status ?? '',
    agent: agentId ?? '',
    text,
    tool: tool ?? '',
    requester: requester ?? '',
    from: from === null ? '' : (one(query.from) ?? ''),
    to: to === null ? '' : (one(query.to) ?? ''),
  };
  const set = Object.entries(values).filter(([, value]) => value !== '');
  const filtered = set.length > 0;
  const href = (change: { after?: string; before?: string }) => {
    const params = new URLSearchParams(set);
    for (const [name, cursor] of Object.entries(change)) params.set(name, cursor);
    return `/runs?${params}`;
  };
  return (
    <>
      <LiveTopic types={['run', 'approval']} />
      <PageHeader
        title="Runs"
        subtitle="Every chain of interactions that is known here, newest first."
        actions={<ButtonLink href="/requests">My requests</ButtonLink>}
      />
      <RunFilters key={JSON.stringify(values)} value={values} agents={agents} tools={tools} />
      {page.rows.length > 0 ? (
        <RunTable rows={page.rows} />
      ) : filtered ? (
        <EmptyState
          title="No run fits"
          icon={<Activity />}
          action={<ButtonLink href="/runs">Show all runs</ButtonLink>}
        >
          {text === '' && tool === undefined
            ? 'Choose another status, agent, requester or time.'
            : `Words and functions are looked for among the newest ${searchedRuns.toLocaleString('en')} of these runs. Choose an earlier time to look further back.`}
        </EmptyState>
      ) : (
        <EmptyState
          title="No run yet"
          icon={<Activity />}
          action={
            can(viewer, 'agents.manage') ? (
              <ButtonLink href="/agents" variant="primary">
                Set up an agent
              </ButtonLink>
            ) : undefined
          }
        >
          Start one with <code className="font-mono text-sm">POST /api/v1/runs</code>, or register one that runs
          already. It appears here at once.
        </EmptyState>
      )}
      {(page.newer || page.older) && (
        <Pagination
          className="py-4"
          newerHref={page.newer ? href({ before: page.newer }) : undefined}
          olderHref={page.older ? href({ after: page.older }) : undefined}
        />
      )}
    </>
  );
}

function one(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const dayMs = 24 * 3600_000;

// Days are those of UTC.
function dayOf(text: string | undefined): Date | null {
  if (text === undefined || !/^\d{4}-\d\d-\d\d$/.test(text)) return null;
  const day = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(day.getTime()) ? null : day;
}
