import { PageHeader } from '@/components/ui/page-header';
import { Panel } from '@/components/ui/panel';
import { SkeletonText } from '@/components/ui/skeleton';

export default function Loading() {
  return (
    <>
      <PageHeader title="Settings" subtitle="What holds for the whole workspace. Every change is on record." />
      <div className="grid max-w-3xl gap-4">
        {['Rules', 'Gemini', 'Webhook', 'Slack'].map((title) => (
          <Panel key={title} title={title}>
            <SkeletonText lines={6} />
          </Panel>
        ))}
      </div>
    </>
  );
}
