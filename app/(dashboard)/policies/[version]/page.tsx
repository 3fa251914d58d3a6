import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { DraftEditor } from '@/components/admin/policies/draft-editor';
import { PolicyParts } from '@/components/admin/policies/policy-parts';
import { PublishPanel } from '@/components/admin/policies/publish-panel';
import { RuleList } from '@/components/admin/policies/rule-list';
import { ShadowPanel, TrialPanel } from '@/components/admin/policies/trial-panel';
import { LiveTopic } from '@/components/live/live-topic';
import { Banner } from '@/components/ui/banner';
import { ButtonLink } from '@/components/ui/button';
import { PageHeader } from '@/components/ui/page-header';
import { Panel } from '@/components/ui/panel';
import { Time } from '@/components/ui/time';
import { requirePerson } from '@/lib/auth';
import { can, type Person } from '@/lib/domain/person';
import { policyProblems, runTests } from '@/lib/domain/policy/check';
import { policyDiff } from '@/lib/domain/policy/diff';
import type { PolicyDocument } from '@/lib/domain/policy/document';
import { strangers } from '@/lib/policies/drafts';
import {
  findPolicy,
  findPublished,
  knownTools,
  latestBacktest,
  type PolicyView,
  policyTargets,
  shadowOf,
} from '@/lib/policies/queries';
import { services } from '@/lib/services';
import { workspaceSettings } from '@/lib/settings/settings';

export async function generateMetadata({ params }: PageProps<'/policies/[version]'>): Promise<Metadata> {
  return { title: `Policy version ${(await params).version}` };
}

export default async function PolicyPage({ params }: PageProps<'/policies/[version]'>) {
  const viewer = await requirePerson('policies.read');
  const version = Number((await params).version);
  if (!Number.isInteger(version) || version < 1 || version >= 2 ** 31) notFound();
  const policy = await findPolicy(services(), version, viewer);
  if (policy === null) notFound();
  const { document } = policy;
  return (
    <>
      <PageHeader
        back={{ href: '/policies', label: 'Policies' }}
        title={`${policy.status === 'draft' ? 'Draft' : 'Version'} ${version}`}
        subtitle={<Standing policy={policy} />}
        actions={
          document !== null && (
            <ButtonLink href={`/policies/${version}/file`} prefetch={false}>
              Download
            </ButtonLink>
          )
        }
      />
      {document === null ? (
        <Banner tone="danger" title="This version cannot be read" />
      ) : policy.status === 'draft' && can(viewer, 'policies.manage') ? (
        <Draft policy={policy} document={document} viewer={viewer} />
      ) : (
        <div className="grid gap-4 pb-8">
          <Panel title="Rules">
            <RuleList document={document} />
          </Panel>
          <PolicyParts document={document} now={services().now()} />
        </div>
      )}
      <LiveTopic types={['policies']} />
    </>
  );
}

function Standing({ policy }: { policy: PolicyView }) {
  const { status, note, publishedAt, publishedByName, archivedAt, createdByName, editedAt } = policy;
  return (
    <>
      {note !== '' && `${note} `}
      {status === 'draft' ? (
        <>
          Begun by {createdByName}, changed <Time value={editedAt} />.
        </>
      ) : (
        publishedAt !== null && (
          <>
            {status === 'published' ? 'In force since ' : 'Published '}
            <Time value={publishedAt} format="absolute" />, by {publishedByName}
            {archivedAt !== null && (
              <>
                ; replaced <Time value={archivedAt} format="absolute" />
              </>
            )}
            .
          </>
        )
      )}
    </>
  );
}

async function Draft({ policy, document, viewer }: { policy: PolicyView; document: PolicyDocument; viewer: Person }) {
  const all = services();
  const { prisma } = all.db;
  const { version, revision } = policy;
  const [published, tools, groups, agents, unknown, trial, targets, shadow, settings] = await Promise.all([
    findPublished(all, viewer),
    knownTools(prisma),
    prisma.personGroup.findMany({ select: { name: true }, orderBy: { name: 'asc' }, take: 200 }),
    prisma.agent.findMany({ where: { archivedAt: null }, select: { name: true }, orderBy: { name: 'asc' }, take: 200 }),
    strangers(prisma, document),
    latestBacktest(all, version),
    policyTargets(prisma),
    shadowOf(all, version),
    workspaceSettings(prisma),
  ]);
  return (
    <div className="grid gap-4 pb-8">
      <DraftEditor
        version={version}
        revision={revision}
        note={policy.note}
        document={document}
        names={{ tools, groups: groups.map(({ name }) => name), agents: agents.map(({ name }) => name), ...targets }}
      />
      <PublishPanel
        version={version}
        revision={revision}
        over={published?.version ?? null}
        diff={published?.document ? policyDiff(published.document, document) : null}
        tests={runTests(document)}
        problems={[...policyProblems(document), ...unknown]}
        mayPublish={!(settings.policySecondPerson && policy.editors.includes(viewer.id))}
      />
      <TrialPanel version={version} revision={revision} trial={trial} />
      <ShadowPanel version={version} revision={revision} on={policy.shadow} shadow={shadow} />
    </div>
  );
}
