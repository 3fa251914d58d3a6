import type { ReactNode } from 'react';
import { cx } from './cx';
import { Glyph, type GlyphName } from './glyph';
import { type Tone, toneBox, toneText } from './tone';

const signs: Record<Exclude<Tone, 'neutral'>, { glyph: GlyphName; word: string }> = {
  info: { glyph: 'info', word: 'Note' },
  success: { glyph: 'check', word: 'Done' },
  warning: { glyph: 'warning', word: 'Warning' },
  danger: { glyph: 'tier-3', word: 'Problem' },
};

/** Something to know before going on, with at most one thing to do about it. `live` has it read out when it appears. */
export function Banner({
  tone = 'info',
  title,
  action,
  live = false,
  className,
  children,
}: {
  tone?: Exclude<Tone, 'neutral'>;
  title?: ReactNode;
  action?: ReactNode;
  live?: boolean;
  className?: string;
  children?: ReactNode;
}) {
  const { glyph, word } = signs[tone];
  return (
    <div
      role={live ? (tone === 'danger' ? 'alert' : 'status') : undefined}
      className={cx(
        'flex min-w-0 flex-wrap items-start gap-x-3 gap-y-2 rounded-lg border px-4 py-3',
        toneBox[tone],
        className,
      )}
    >
      <Glyph name={glyph} className={cx('mt-1', toneText[tone])} />
      <div className="min-w-0 flex-1 basis-48">
        <span className="sr-only">{`${word}: `}</span>
        {title !== undefined && <p className="font-medium">{title}</p>}
        {children !== undefined && <div className="text-muted">{children}</div>}
      </div>
      {action !== undefined && <div className="-my-1 flex min-h-7 shrink-0 items-center gap-2">{action}</div>}
    </div>
  );
}
