import { Link } from '@/components/ui/link';
import { Panel } from '@/components/ui/panel';
import { Status } from '@/components/ui/status';
import type { CopyView } from '@/lib/slack/copies';

const looks = {
  up_to_date: { tone: 'success', glyph: 'check', word: 'Up to date' },
  catching_up: { tone: 'info', glyph: 'half', word: 'Catching up' },
  cannot_update: { tone: 'danger', glyph: 'cross', word: 'Cannot update' },
} as const;

/** Where the request is shown in Slack, and whether what is shown there is true. Nothing where it is not. */
export function SlackCopies({ copies }: { copies: readonly CopyView[] }) {
  if (copies.length === 0) return null;
  return (
    <Panel title="In Slack" flush>
      <ul>
        {copies.map(({ key, place, workspace, state, why, href }) => {
          const { tone, glyph, word } = looks[state];
          return (
            <li key={key} className="grid gap-0.5 border-line border-b px-4 py-2.5 last:border-b-0">
              <span className="flex min-w-0 items-baseline justify-between gap-3">
                <span className="min-w-0 wrap-anywhere">
                  {place} <span className="text-faint">in {workspace}</span>
                </span>
                <Status tone={tone} glyph={glyph}>
                  {word}
                </Status>
              </span>
              {why !== null && <span className="text-muted text-sm">{why}</span>}
              {href !== null && (
                <Link className="w-fit text-sm" href={href}>
                  Open the message
                </Link>
              )}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
