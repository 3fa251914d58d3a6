import type { ReactNode } from 'react';
import type { GlyphName } from '@/components/ui/glyph';
import { Status } from '@/components/ui/status';
import type { Tone } from '@/components/ui/tone';

const glyphs: Record<Tone, GlyphName> = {
  success: 'check',
  neutral: 'dot',
  info: 'dot',
  warning: 'warning',
  danger: 'warning',
};

/** One part of the product and how it is, in a list of them. */
export function Part({ name, tone, state, detail }: { name: string; tone: Tone; state: string; detail: ReactNode }) {
  return (
    <li className="grid min-w-0 content-start gap-1 rounded-lg border border-line bg-surface px-4 py-3">
      <span className="text-faint text-sm">{name}</span>
      <Status tone={tone} glyph={glyphs[tone]} className="whitespace-normal text-base">
        {state}
      </Status>
      <span className="min-h-5 wrap-anywhere text-muted text-sm">{detail}</span>
    </li>
  );
}
