import { Skeleton, SkeletonRows, SkeletonText } from '@/components/ui/skeleton';

/** A list page to come: title, filters and rows where they will stand. */
export function ListSkeleton({ title, columns, tabs = false }: { title: string; columns: number; tabs?: boolean }) {
  return (
    <div role="status" aria-label={`Loading ${title}`}>
      <p className="pb-4 font-semibold text-xl tracking-tight">{title}</p>
      {tabs && (
        <div className="flex h-9 items-center gap-4 border-line border-b">
          <Skeleton className="w-20" />
          <Skeleton className="w-16" />
          <Skeleton className="w-32" />
          <Skeleton className="w-12" />
        </div>
      )}
      <div className="flex items-center gap-2 py-3">
        <Skeleton className="h-8 w-56" />
      </div>
      <table className="w-full table-fixed">
        <tbody>
          <SkeletonRows rows={9} columns={columns} />
        </tbody>
      </table>
    </div>
  );
}

/** A page of one thing to come: its heading, its panels and the column beside them. */
export function DetailSkeleton({ label }: { label: string }) {
  return (
    <div role="status" aria-label={`Loading ${label}`}>
      <Skeleton className="mb-3 h-4 w-16" />
      <Skeleton className="mb-3 h-7 w-96 max-w-full" />
      <Skeleton className="mb-6 h-4 w-72 max-w-full" />
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="grid gap-4">
          <Box lines={5} />
          <Box lines={8} />
          <Box lines={3} />
        </div>
        <div className="grid gap-4">
          <Box lines={3} />
          <Box lines={6} />
        </div>
      </div>
    </div>
  );
}

function Box({ lines }: { lines: number }) {
  return (
    <div className="rounded-lg border border-line bg-surface p-4">
      <Skeleton className="mb-4 h-4 w-32" />
      <SkeletonText lines={lines} />
    </div>
  );
}
