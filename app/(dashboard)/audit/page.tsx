import { ScrollText } from 'lucide-react';
import type { Metadata } from 'next';
import { AuditFilters } from '@/components/audit/audit-filters';
import { AuditList } from '@/components/audit/audit-list';
import { ExportButton } from '@/components/audit/export-button';
import { IntegrityBar } from '@/components/audit/integrity-bar';
import { SavedViews } from '@/components/audit/saved-views';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { PageHeader } from '@/components/ui/page-header';
import { Pagination } from '@/components/ui/pagination';
import { parseAuditAddress, placeText } from '@/lib/audit/address';
import { readIntegrity } from '@/lib/audit/integrity';
import { auditChoices, readAudit } from '@/lib/audit/read';
import { listViews } from '@/lib/audit/saved-views';
import { requirePerson } from '@/lib/auth';
import { services } from '@/lib/services';
import { checkpointAction, proveAction, removeViewAction, saveViewAction, verifyAction } from './actions';

export const metadata: Metadata = { title: 'Audit' };

const pageSize = 50;
const beforeAll = '0-0'; // a place that everything is newer than

export default async function AuditPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const viewer = await requirePerson('audit.read');
  const { values, filter, before, after, entry } = parseAuditAddress(await searchParams);
  const [page, choices, views, integrity] = await Promise.all([
    readAudit(services(), viewer, filter, { limit: pageSize, before, after }),
    auditChoices(services(), viewer),
    listViews(services(), viewer),
    readIntegrity(services(), viewer),
  ]);
  const query = new URLSearchParams(values).toString();
  const hrefOf = (step: Record<string, string>) => `/audit?${new URLSearchParams({ ...values, ...step })}`;
  const atHead = before === null && page.newer === null;
  const top = page.top === null ? beforeAll : placeText(page.top);
  return (
    <>
      <PageHeader
        title="Audit"
        subtitle="Who did what, when, from where and under which rule. Nothing here can be changed or taken away."
        actions={
          <>
            <ExportButton query={query} />
            <SavedViews key={query} views={views} query={query} save={saveViewAction} remove={removeViewAction} />
          </>
        }
      />
      <IntegrityBar
        integrity={integrity}
        actions={{ checkpoint: checkpointAction, verify: verifyAction, prove: proveAction }}
      />
      <AuditFilters key={query} values={values} choices={choices} />
      <AuditList
        key={`${query} ${before && placeText(before)} ${after && placeText(after)}`}
        rows={page.rows}
        query={query}
        since={atHead ? top : null}
        entry={entry}
      />
      {page.rows.length === 0 && (
        <EmptyState
          title={query === '' ? 'Nothing has happened yet' : 'No entry fits'}
          icon={<ScrollText />}
          action={query !== '' && <ButtonLink href="/audit">Show the whole history</ButtonLink>}
        >
          {query === ''
            ? 'Sign-ins, requests, votes and changes appear here as they happen.'
            : 'Words are found by their beginnings. Try fewer of them, or a longer time.'}
        </EmptyState>
      )}
      {(page.newer !== null || page.older !== null) && (
        <Pagination
          className="py-4"
          newerHref={page.newer ? hrefOf({ after: placeText(page.newer) }) : undefined}
          olderHref={page.older ? hrefOf({ before: placeText(page.older) }) : undefined}
        />
      )}
    </>
  );
}
