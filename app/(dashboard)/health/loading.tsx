import { PageHeader } from '@/components/ui/page-header';
import { Panel } from '@/components/ui/panel';
import { Skeleton, SkeletonText } from '@/components/ui/skeleton';

const parts = ['Database', 'Gemini', 'Workers', 'Queue'];

export default function Loading() {
  return (
    <>
      <PageHeader title="Health" subtitle={<Skeleton className="my-1 h-3 w-24" />} />
      <div className="grid gap-4">
        <ul aria-label="Parts" className="grid gap-4 sm:grid-cols-2 xl:grid-cols-4">
          {parts.map((part) => (
            <li key={part} className="grid gap-1 rounded-lg border border-line bg-surface px-4 py-3">
              <span className="text-faint text-sm">{part}</span>
              <SkeletonText lines={2} />
            </li>
          ))}
        </ul>
        <Panel title="Needs a person">
          <SkeletonText lines={2} />
        </Panel>
        <div className="grid items-start gap-4 xl:grid-cols-2">
          <Panel title="Deliveries">
            <SkeletonText lines={6} />
          </Panel>
          <Panel title="Workers">
            <SkeletonText lines={6} />
          </Panel>
        </div>
      </div>
    </>
  );
}
