import { cx } from './cx';
import { Glyph } from './glyph';

export type TierLevel = 0 | 1 | 2 | 3 | 4;

const words: Record<TierLevel, string> = { 0: 'Read', 1: 'Reversible', 2: 'Costly', 3: 'Irreversible', 4: 'Regulated' };
const colours: Record<TierLevel, string> = {
  0: 'text-tier-0',
  1: 'text-tier-1',
  2: 'text-tier-2',
  3: 'text-tier-3',
  4: 'text-tier-4',
};
const glyphs = { 0: 'tier-0', 1: 'tier-1', 2: 'tier-2', 3: 'tier-3', 4: 'tier-4' } as const;

/** How much a call can do: glyph, word and colour; each tier has a shape of its own. `compact` keeps the word for screen readers only. */
export function Tier({
  tier,
  compact = false,
  boxed = false,
  className,
}: {
  tier: TierLevel;
  compact?: boolean;
  boxed?: boolean;
  className?: string;
}) {
  return (
    <span
      className={cx(
        'inline-flex items-center align-top gap-1.5 whitespace-nowrap font-medium',
        boxed && 'h-6 rounded-sm border border-line-strong px-2 text-sm',
        colours[tier],
        className,
      )}
      title={compact ? words[tier] : undefined}
    >
      <Glyph name={glyphs[tier]} />
      <span className={compact ? 'sr-only' : undefined}>
        <span className="sr-only">{`Tier ${tier}: `}</span>
        {words[tier]}
      </span>
    </span>
  );
}
