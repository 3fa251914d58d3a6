import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { RecentCalls } from '@/components/admin/tools/recent-calls';
import { ToolForm } from '@/components/admin/tools/tool-form';
import { HoldSwitch } from '@/components/holds/hold-switch';
import { LiveTopic } from '@/components/live/live-topic';
import { Banner } from '@/components/ui/banner';
import { JsonView } from '@/components/ui/json-view';
import { PageHeader } from '@/components/ui/page-header';
import { Panel } from '@/components/ui/panel';
import { SafeText } from '@/components/ui/safe-text';
import { Status } from '@/components/ui/status';
import { Time } from '@/components/ui/time';
import { requirePerson } from '@/lib/auth';
import { can } from '@/lib/domain/person';
import { holdViews } from '@/lib/holds/view';
import { services } from '@/lib/services';
import { findTool } from '@/lib/tools/queries';
import { functionNameSchema } from '@/lib/tools/tools';

export const metadata: Metadata = { title: 'Function' };

type Props = { params: Promise<{ name: string }>; searchParams: Promise<Record<string, unknown>> };

export default async function ToolPage({ params, searchParams }: Props) {
  const viewer = await requirePerson('runs.read');
  const name = functionNameSchema.safeParse(decoded((await params).name));
  if (!name.success) notFound();
  const manage = can(viewer, 'agents.manage');
  const found = await findTool(services(), viewer, name.data);
  const isNew = found === null && manage && (await searchParams).describe !== undefined;
  if (found === null && !isNew) notFound();
  const settings = found?.settings ?? null;
  const hold = (await holdViews(services())).find(({ scope, key }) => scope === 'tool' && key === name.data);
  return (
    <>
      <PageHeader
        back={{ href: '/agents/tools', label: 'Functions' }}
        title={
          <span className="font-mono">
            <SafeText>{name.data}</SafeText>
          </span>
        }
        subtitle={
          <>
            {hold !== undefined && (
              <Status tone="warning" glyph="slash">
                Stopped
              </Status>
            )}
            {found?.agents.length ? ` Offered by ${found.agents.join(', ')}. ` : ' No agent here declares it. '}
            {found?.seenAt ? (
              <>
                {found.calls === '1' ? 'One call' : `${found.calls} calls`}, the last <Time value={found.seenAt} />.
              </>
            ) : (
              'Never called so far.'
            )}
          </>
        }
        actions={manage && <HoldSwitch scope="tool" holdKey={name.data} name={name.data} held={hold !== undefined} />}
      />
      {settings === null && (
        <Banner tone="warning" title="Not described yet" className="mb-4 max-w-5xl">
          Each call counts as costly, and one person must decide it, until somebody says what this function does.
        </Banner>
      )}
      <ToolForm
        name={name.data}
        version={found?.version ?? 0}
        manage={manage}
        fields={found?.fields ?? []}
        calls={(found?.recent ?? []).map((call) => ({ id: call.approvalId, at: call.at, arguments: call.arguments }))}
        initial={{
          tier: settings?.tier ?? 2,
          effectTemplate: settings?.effectTemplate ?? '',
          fulfilment: settings?.fulfilment === 'manual' ? 'manual' : 'answer',
          maskedFields: settings?.maskedFields ?? [],
          riskFields: settings?.riskFields ?? [],
          deadlineMinutes: settings?.deadlineMinutes ?? null,
          hideArgumentsInSlack: settings?.hideArgumentsInSlack ?? false,
        }}
      />
      <div className="grid max-w-6xl gap-4 pb-8">
        {found !== null && found.schema !== null && (
          <Panel title="Schema" description="As an agent declares it; the fields above are read from it.">
            <JsonView label="Schema" value={found.schema} depth={1} />
          </Panel>
        )}
        {found !== null && found.recent.length > 0 && <RecentCalls calls={found.recent} name={name.data} />}
      </div>
      <LiveTopic types={['agents']} />
    </>
  );
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
