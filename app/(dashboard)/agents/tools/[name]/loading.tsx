import { PageHeader } from '@/components/ui/page-header';
import { Panel } from '@/components/ui/panel';
import { Skeleton, SkeletonText } from '@/components/ui/skeleton';

export default function Loading() {
  return (
    <>
      <PageHeader
        back={{ href: '/agents/tools', label: 'Functions' }}
        title={<Skeleton className="my-1.5 h-4 w-48" />}
      />
      <div className="grid max-w-5xl items-start lg:grid-cols-[minmax(0,1fr)_22rem] gap-4">
        <Panel title="Risk">
          <SkeletonText lines={14} />
        </Panel>
        <Panel title="Preview">
          <SkeletonText lines={5} />
        </Panel>
      </div>
    </>
  );
}
