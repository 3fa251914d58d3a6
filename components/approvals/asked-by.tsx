import { Link } from '@/components/ui/link';
import { SafeText } from '@/components/ui/safe-text';
import { Time } from '@/components/ui/time';
import type { RequestView } from '@/lib/approvals/views';

/** Which agent asks, for whom, in which run, since when. */
export function AskedBy({ request }: { request: Pick<RequestView, 'run' | 'createdAt'> }) {
  const { run } = request;
  return (
    <span className="flex min-w-0 items-baseline gap-x-1.5 whitespace-nowrap text-faint text-sm max-md:flex-wrap">
      <span className="text-muted">
        {run.agent !== null ? <SafeText>{run.agent}</SafeText> : <SafeText>{run.target ?? 'An agent'}</SafeText>}
      </span>
      <span>asks</span>
      {run.requester !== null && (
        <>
          <span>for</span>
          <span className="max-w-full truncate text-muted md:max-w-80 md:shrink-0">
            <SafeText>{run.requester}</SafeText>
          </span>
        </>
      )}
      <span>in</span>
      <Link quiet href={`/runs/${run.id}`} className="min-w-16 truncate text-muted max-md:max-w-64">
        <SafeText>{run.title === '' ? run.id : run.title}</SafeText>
      </Link>
      <span>
        <span className="max-md:hidden">{'· '}</span>
        <Time value={request.createdAt} />
      </span>
    </span>
  );
}
