import { PageHeader } from '@/components/ui/page-header';
import { Panel } from '@/components/ui/panel';
import { SkeletonText } from '@/components/ui/skeleton';

export default function Loading() {
  return (
    <>
      <PageHeader
        title="Account"
        subtitle="What is yours: how you sign in, where you are signed in, how pages behave."
      />
      <div className="grid max-w-3xl gap-4">
        {['You', 'Pages', 'API keys', 'Password', 'Sessions'].map((title) => (
          <Panel key={title} title={title}>
            <SkeletonText lines={4} />
          </Panel>
        ))}
      </div>
    </>
  );
}
