import { Countdown } from '@/components/ui/countdown';
import { Link } from '@/components/ui/link';
import { SafeText } from '@/components/ui/safe-text';
import { Time } from '@/components/ui/time';
import type { OwnRequest } from '@/lib/approvals/own-requests';
import { namesInWords } from '@/lib/domain/names';
import { ApprovalStatusMark } from './approval-status';

/** How what was asked for on somebody's behalf came out. */
export function OwnRequests({ requests }: { requests: readonly OwnRequest[] }) {
  return (
    <ul className="border-line border-t">
      {requests.map((request) => (
        <li
          key={request.id}
          className="grid gap-x-6 gap-y-1 border-line border-b py-3 md:grid-cols-[minmax(0,1fr)_16rem]"
        >
          <div className="grid min-w-0 content-start gap-0.5">
            <Link quiet href={`/approvals/${request.id}`} className="font-medium wrap-anywhere">
              <SafeText>{request.effect}</SafeText>
            </Link>
            <span className="flex min-w-0 gap-x-1.5 text-faint text-sm">
              <span className="truncate">
                <SafeText>{request.run.title === '' ? request.run.id : request.run.title}</SafeText>
              </span>
              <span className="whitespace-nowrap">
                {'· '}
                <Time value={request.createdAt} />
              </span>
            </span>
            {request.reason !== null && (
              <p className="max-w-2xl whitespace-pre-wrap text-muted text-sm wrap-anywhere">
                <SafeText lines>{request.reason}</SafeText>
              </p>
            )}
          </div>
          <div className="grid content-start gap-0.5 text-sm">
            <ApprovalStatusMark status={request.status} changed={request.changed} />
            <span className="text-faint">
              {request.decidedAt === null ? (
                <Countdown deadline={request.deadline} />
              ) : (
                <>
                  {request.by.length > 0 &&
                    (request.byRule ? `by the rule “${request.by[0] ?? ''}”, ` : `by ${namesInWords(request.by)}, `)}
                  <Time value={request.decidedAt} />
                </>
              )}
            </span>
          </div>
        </li>
      ))}
    </ul>
  );
}
