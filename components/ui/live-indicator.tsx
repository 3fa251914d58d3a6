import { cx } from './cx';
import { Glyph, type GlyphName } from './glyph';

export type LiveState = 'live' | 'reconnecting' | 'offline';

const looks: Record<LiveState, { word: string; glyph: GlyphName; className: string; title: string }> = {
  live: { word: 'Live', glyph: 'dot', className: 'text-success', title: 'Changes appear here as they happen' },
  reconnecting: {
    word: 'Reconnecting…',
    glyph: 'half',
    className: 'text-warning',
    title: 'The connection was lost. What you see is the last known state',
  },
  offline: {
    word: 'Offline',
    glyph: 'slash',
    className: 'text-danger',
    title: 'No connection. What you see is the last known state',
  },
};

/** Whether what is on the page is current. Of one width in every state. */
export function LiveIndicator({ state, className }: { state: LiveState; className?: string }) {
  const { word, glyph, className: colour, title } = looks[state];
  return (
    <span
      role="status"
      title={title}
      className={cx('inline-flex min-w-28 align-top items-center gap-1.5 text-sm', colour, className)}
    >
      <Glyph name={glyph} />
      {word}
    </span>
  );
}
