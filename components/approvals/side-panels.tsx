import { Badge } from '@/components/ui/badge';
import { cx } from '@/components/ui/cx';
import { Link } from '@/components/ui/link';
import { Panel } from '@/components/ui/panel';
import { SafeText } from '@/components/ui/safe-text';
import { Tier } from '@/components/ui/tier';
import { Time } from '@/components/ui/time';
import type { ActivityView, PrecedentView, SiblingView, VoteView } from '@/lib/approvals/views';
import { namesInWords } from '@/lib/domain/names';
import { ApprovalStatusMark } from './approval-status';
import { surfaceText, verdictWords } from './wording';

/** The other calls of the same pause. */
export function Siblings({
  siblings,
  current,
  pauseId,
}: {
  siblings: readonly SiblingView[];
  current: string;
  pauseId: string;
}) {
  if (siblings.length < 2) return null;
  const decided = siblings.filter((sibling) => sibling.status !== 'pending').length;
  return (
    <Panel
      title="Calls of this pause"
      description={`${decided} of ${siblings.length} decided; the agent goes on when all are.`}
      flush
    >
      <ol>
        {siblings.map((sibling) => (
          <li
            key={sibling.id}
            aria-current={sibling.id === current ? 'true' : undefined}
            className={cx(
              'flex items-start gap-3 border-line border-b px-4 py-2.5',
              sibling.id === current && 'bg-selected',
            )}
          >
            <Tier tier={sibling.tier} compact className="h-5" />
            <div className="min-w-0 flex-1">
              {sibling.id === current ? (
                <span className="font-medium wrap-anywhere">
                  <SafeText>{sibling.effect}</SafeText>
                </span>
              ) : (
                <Link quiet href={`/approvals/${sibling.id}`} className="wrap-anywhere">
                  <SafeText>{sibling.effect}</SafeText>
                </Link>
              )}
            </div>
            <ApprovalStatusMark status={sibling.status} />
          </li>
        ))}
      </ol>
      <p className="px-4 py-2.5">
        <Link href={`/pauses/${pauseId}`}>Decide them on one page</Link>
      </p>
    </Panel>
  );
}

/** How earlier calls of the same function were decided. */
export function Precedents({ precedents, tool }: { precedents: readonly PrecedentView[]; tool: string }) {
  return (
    <Panel title="Precedents" description={`Decisions on earlier requests for ${tool}`} flush>
      {precedents.length === 0 ? (
        <p className="px-4 py-3 text-faint">No earlier request for this function has been decided.</p>
      ) : (
        <ul>
          {precedents.map((precedent) => (
            <li key={precedent.id} className="grid gap-0.5 border-line border-b px-4 py-2.5 last:border-b-0">
              <Link quiet href={`/approvals/${precedent.id}`} prefetch={false} className="line-clamp-2 wrap-anywhere">
                <SafeText>{precedent.effect}</SafeText>
              </Link>
              <span className="flex flex-wrap items-center gap-x-2 text-sm">
                <ApprovalStatusMark status={precedent.status} changed={precedent.changed} />
                <span className="text-faint">
                  {precedent.by.length > 0 && `${namesInWords(precedent.by)}, `}
                  {precedent.at && <Time value={precedent.at} />}
                </span>
              </span>
              {precedent.reason !== null && (
                <span className="line-clamp-2 text-muted text-sm wrap-anywhere">
                  <SafeText>{precedent.reason}</SafeText>
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

/** Who voted what; withdrawn votes stay, marked. */
export function Votes({
  votes,
  pending,
  needed,
  given,
}: {
  votes: readonly VoteView[];
  pending: boolean;
  needed: number;
  given: number;
}) {
  if (votes.length === 0) return null;
  return (
    <Panel title="Votes" description={pending ? `${given} of ${needed} needed` : undefined} flush>
      <ul>
        {votes.map((vote) => (
          <li key={vote.id} className="grid gap-0.5 border-line border-b px-4 py-2.5 last:border-b-0">
            <p className={cx(vote.voided !== null && 'text-faint line-through')}>
              <span className="font-medium">{vote.mine ? `${vote.name} (you)` : vote.name}</span>{' '}
              {verdictWords[vote.verdict].past}
              {vote.edited ? ' with changes' : ''} {surfaceText[vote.surface]}
              {vote.proof === 'passkey' && ', confirmed with a passkey'}
            </p>
            <p className="flex flex-wrap gap-x-2 text-faint text-sm">
              <Time value={vote.at} />
              {vote.voided === 'undone' && <Badge>Taken back</Badge>}
              {vote.voided === 'edited' && <Badge>Overtaken by an edit</Badge>}
              {vote.voided === 'policy' && <Badge>Counts no more: the policy asks others now</Badge>}
            </p>
            {vote.words !== null && (
              <p className="whitespace-pre-wrap text-muted text-sm wrap-anywhere">
                <SafeText lines>{vote.words}</SafeText>
              </p>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** What happened, newest first. */
export function Activity({
  entries,
  receiptHref = null,
}: {
  entries: readonly ActivityView[];
  receiptHref?: string | null; // null: nothing is decided for good
}) {
  return (
    <Panel
      title="Activity"
      actions={
        receiptHref !== null && (
          <a
            href={receiptHref}
            download
            title="Download the signed receipt of the decision, with its proof"
            className="text-accent text-sm underline-offset-2 hover:underline"
          >
            Receipt
          </a>
        )
      }
    >
      <ol className="grid gap-2.5">
        {entries.map((entry) => (
          <li key={entry.id} className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 text-sm">
            <span className="wrap-anywhere">
              <span className="font-medium">
                <SafeText>{entry.actor}</SafeText>
              </span>{' '}
              <span className="text-muted">
                <SafeText>{entry.sentence}</SafeText>
              </span>
            </span>
            <Time value={entry.at} className="whitespace-nowrap text-faint" />
          </li>
        ))}
      </ol>
    </Panel>
  );
}
