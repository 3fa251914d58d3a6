import type { ReactElement } from 'react';
import { cx } from './cx';

const stroke = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.5 } as const;

const shapes = {
  dot: <circle cx="6" cy="6" r="3" fill="currentColor" />,
  ring: <circle cx="6" cy="6" r="4.25" {...stroke} />,
  half: (
    <>
      <circle cx="6" cy="6" r="4.25" {...stroke} />
      <path d="M6 1.75a4.25 4.25 0 0 1 0 8.5z" fill="currentColor" />
    </>
  ),
  check: <path d="m2 6.5 2.75 2.75L10 3.25" {...stroke} strokeWidth="1.75" />,
  cross: <path d="m2.75 2.75 6.5 6.5m0-6.5-6.5 6.5" {...stroke} strokeWidth="1.75" />,
  clock: (
    <>
      <circle cx="6" cy="6" r="4.25" {...stroke} />
      <path d="M6 3.5V6l1.5 1.25" {...stroke} strokeWidth="1.25" />
    </>
  ),
  dash: <path d="M2.5 6h7" {...stroke} strokeWidth="1.75" />,
  arrow: <path d="M1.75 6h8m-3-3.25L10 6 6.75 9.25" {...stroke} />,
  slash: (
    <>
      <circle cx="6" cy="6" r="4.25" {...stroke} />
      <path d="m3 9 6-6" {...stroke} />
    </>
  ),
  question: (
    <>
      <path d="M3.75 4.25a2.25 2.25 0 1 1 3.2 2.05c-.6.3-.95.7-.95 1.45" {...stroke} />
      <circle cx="6" cy="9.85" r=".9" fill="currentColor" />
    </>
  ),
  info: (
    <>
      <circle cx="6" cy="6" r="4.75" {...stroke} strokeWidth="1.25" />
      <path d="M6 5.5V9" {...stroke} strokeWidth="1.25" />
      <circle cx="6" cy="3.7" r=".75" fill="currentColor" />
    </>
  ),
  warning: (
    <>
      <path d="M6 1.25 11.25 10.5H.75z" {...stroke} strokeWidth="1.25" strokeLinejoin="round" />
      <path d="M6 4.5v2.75" {...stroke} strokeWidth="1.25" />
      <circle cx="6" cy="8.75" r=".7" fill="currentColor" />
    </>
  ),
  answer: <path d="M1.5 2h9v6.25H5.25L3 10.25V8.25H1.5z" {...stroke} strokeWidth="1.25" strokeLinejoin="round" />,
  'tier-0': <circle cx="6" cy="6" r="4" {...stroke} />,
  'tier-1': (
    <>
      <circle cx="6" cy="6" r="4" {...stroke} />
      <path d="M6 2a4 4 0 0 1 0 8z" fill="currentColor" />
    </>
  ),
  'tier-2': <path d="M6 1 11 6 6 11 1 6z" fill="currentColor" />,
  'tier-3': (
    <path fillRule="evenodd" d="M6 .75 11.75 11H.25zM5.3 4.3v3.3h1.4V4.3zm0 4.2v1.4h1.4V8.5z" fill="currentColor" />
  ),
  'tier-4': (
    <path
      fillRule="evenodd"
      d="M3.6.5h4.8l3.1 3.1v4.8l-3.1 3.1H3.6L.5 8.4V3.6zm.15 2.75v5.5h1.5v-5.5zm3 0v5.5h1.5v-5.5z"
      fill="currentColor"
    />
  ),
} satisfies Record<string, ReactElement>;

export type GlyphName = keyof typeof shapes;
export const glyphNames = Object.keys(shapes) as readonly GlyphName[];

/** A 12 px sign that stands before a word. Always decorative: the word carries the meaning for screen readers. */
export function Glyph({ name, className }: { name: GlyphName; className?: string }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 12 12" className={cx('size-3 shrink-0', className)}>
      {shapes[name]}
    </svg>
  );
}
