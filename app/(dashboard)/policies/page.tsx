import type { Metadata } from 'next';
import { NewDraft } from '@/components/admin/policies/new-draft';
import { PolicyParts } from '@/components/admin/policies/policy-parts';
import { RuleList } from '@/components/admin/policies/rule-list';
import { LiveTopic } from '@/components/live/live-topic';
import { Banner } from '@/components/ui/banner';
import { ButtonLink } from '@/components/ui/button';
import { PageHeader } from '@/components/ui/page-header';
import { Panel } from '@/components/ui/panel';
import { Status } from '@/components/ui/status';
import { DataCell, HeadCell, Row, RowLink, Table, TableBody, TableHead } from '@/components/ui/table';
import { Time } from '@/components/ui/time';
import { requirePerson } from '@/lib/auth';
import { can } from '@/lib/domain/person';
import { findPublished, listPolicies, type PolicySummary } from '@/lib/policies/queries';
import { services } from '@/lib/services';

export const metadata: Metadata = { title: 'Policies' };

export default async function PoliciesPage() {
  const viewer = await requirePerson('policies.read');
  const manage = can(viewer, 'policies.manage');
  const [published, versions] = await Promise.all([
    findPublished(services(), viewer),
    listPolicies(services(), viewer),
  ]);
  const drafts = versions.filter(({ status }) => status === 'draft');
  const earlier = versions.filter(({ status }) => status === 'archived');
  return (
    <>
      <PageHeader
        title="Policies"
        subtitle="The first rule that is true of a call says who is asked. When none is, or one cannot be evaluated, people are."
        actions={manage && <NewDraft />}
      />
      <div className="grid gap-4 pb-8">
        {drafts.length > 0 && (
          <Panel title="Drafts" flush>
            <Versions label="Drafts" rows={drafts} />
          </Panel>
        )}
        {published?.document ? (
          <Panel
            title={`In force: version ${published.version}`}
            description={
              <>
                {published.note !== '' && `${published.note} `}
                {published.publishedAt !== null && (
                  <>
                    Published <Time value={published.publishedAt} /> by {published.publishedByName}.
                  </>
                )}
              </>
            }
            actions={
              <ButtonLink size="sm" href={`/policies/${published.version}/file`} prefetch={false}>
                Download
              </ButtonLink>
            }
          >
            <RuleList document={published.document} />
          </Panel>
        ) : (
          <Banner tone="danger" title="No policy that can be read is in force">
            Every call goes to people, as for something irreversible, until one is published.
          </Banner>
        )}
        {published?.document && <PolicyParts document={published.document} now={services().now()} />}
        {earlier.length > 0 && (
          <Panel title="Earlier versions" flush>
            <Versions label="Earlier versions" rows={earlier} />
          </Panel>
        )}
      </div>
      <LiveTopic types={['policies']} />
    </>
  );
}

function Versions({ label, rows }: { label: string; rows: readonly PolicySummary[] }) {
  return (
    <Table label={label}>
      <TableHead>
        <HeadCell>Version</HeadCell>
        <HeadCell className="w-24" align="right" hideBelow="sm">
          Rules
        </HeadCell>
        <HeadCell className="w-44" hideBelow="md">
          By
        </HeadCell>
        <HeadCell className="w-32" align="right">
          Changed
        </HeadCell>
      </TableHead>
      <TableBody>
        {rows.map((row) => (
          <Row key={row.version} className="h-14">
            <DataCell>
              <span className="flex min-w-0 items-center gap-3">
                <RowLink href={`/policies/${row.version}`} className="shrink-0 font-medium">
                  {`Version ${row.version}`}
                </RowLink>
                {row.shadow && (
                  <Status tone="info" glyph="ring">
                    Evaluated beside
                  </Status>
                )}
                <span className="truncate text-faint text-sm">{row.note}</span>
              </span>
            </DataCell>
            <DataCell align="right" muted hideBelow="sm">
              <span className="tabular-nums">{row.rules}</span>
            </DataCell>
            <DataCell muted hideBelow="md">
              {row.publishedByName ?? row.createdByName}
            </DataCell>
            <DataCell align="right" muted>
              <Time value={row.archivedAt ?? row.editedAt} />
            </DataCell>
          </Row>
        ))}
      </TableBody>
    </Table>
  );
}
