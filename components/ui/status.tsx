import type { ReactNode } from 'react';
import { cx } from './cx';
import { Glyph, type GlyphName } from './glyph';
import { type Tone, toneText } from './tone';

/** Where a thing stands: glyph, word and colour together. */
export function Status({
  tone = 'neutral',
  glyph = 'dot',
  className,
  children,
}: {
  tone?: Tone;
  glyph?: GlyphName;
  className?: string;
  children: ReactNode;
}) {
  return (
    <span
      className={cx(
        'inline-flex items-center align-top gap-1.5 whitespace-nowrap font-medium',
        toneText[tone],
        className,
      )}
    >
      <Glyph name={glyph} />
      {children}
    </span>
  );
}
