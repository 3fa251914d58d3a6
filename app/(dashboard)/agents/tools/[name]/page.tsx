import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ToolForm } from '@/components/admin/tools/tool-form';
import { HoldSwitch } from '@/components/holds/hold-switch';
import { Banner } from '@/components/ui/banner';
import { PageHeader } from '@/components/ui/page-header';
import { SafeText } from '@/components/ui/safe-text';
import { Time } from '@/components/ui/time';
import { requirePerson } from '@/lib/auth';
import { can } from '@/lib/domain/person';
import { holdsInForce } from '@/lib/holds/store';
import { services } from '@/lib/services';
import { findTool, functionNameSchema } from '@/lib/tools/tools';

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
  const held = (await holdsInForce(services().db.prisma)).some(
    ({ scope, key }) => scope === 'tool' && key === name.data,
  );
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
            {found?.agents.length ? `Declared by ${found.agents.join(', ')}. ` : 'No agent here declares it. '}
            {found?.seenAt ? (
              <>
                Last called <Time value={found.seenAt} />.
              </>
            ) : (
              'Never called so far.'
            )}
          </>
        }
        actions={manage && <HoldSwitch scope="tool" holdKey={name.data} name={name.data} held={held} />}
      />
      {settings === null && (
        <Banner tone="warning" title="Not described yet" className="mb-4 max-w-5xl">
          Each call counts as costly, and one person must decide it, until somebody says what this function does.
        </Banner>
      )}
      <ToolForm
        key={found?.version ?? 0}
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
