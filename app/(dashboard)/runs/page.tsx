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
import { agentChoices, listRuns } from '@/lib/runs/queries';
import { services } from '@/lib/services';

export const metadata: Metadata = { title: 'Runs' };

export default async function RunsPage({ searchParams }: PageProps<'/runs'>) {
  const viewer = await requirePerson('runs.read');
  const query = await searchParams;
  const status = runStatuses.find((known) => known === query.status) ?? null;
  const agentId = one(query.agent);
  const text = one(query.text)?.trim().slice(0, 200) ?? '';
  const [page, agents] = await Promise.all([
    listRuns(services(), {
      filter: { status, agentId: agentId ?? null, text: text === '' ? null : text },
      after: one(query.after),
      before: one(query.before),
    }),
    agentChoices(services()),
  ]);
  const filtered = status !== null || agentId !== undefined || text !== '';
  const href = (change: { after?: string; before?: string }) => {
    const params = new URLSearchParams();
    if (status !== null) params.set('status', status);
    if (agentId !== undefined) params.set('agent', agentId);
    if (text !== '') params.set('text', text);
    for (const [name, cursor] of Object.entries(change)) params.set(name, cursor);
    return `/runs?${params}`;
  };
  return (
    <>
      <LiveTopic types={['run', 'approval']} />
      <PageHeader title="Runs" subtitle="Every chain of interactions that is known here, newest first." />
      <RunFilters
        key={`${status} ${agentId} ${text}`}
        value={{ status: status ?? '', agent: agentId ?? '', text }}
        agents={agents}
      />
      {page.rows.length > 0 ? (
        <RunTable rows={page.rows} />
      ) : filtered ? (
        <EmptyState
          title="No run fits"
          icon={<Activity />}
          action={<ButtonLink href="/runs">Show all runs</ButtonLink>}
        >
          {text === ''
            ? 'Choose another status or agent.'
            : `Words are looked for in the titles of the newest ${searchedRuns.toLocaleString('en')} runs.`}
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
