import type { Route } from 'next';
import NextLink from 'next/link';
import type { ReactNode } from 'react';
import { Count } from './badge';
import { cx } from './cx';

export type LinkTab = { href: string; label: ReactNode; count?: number | undefined; active: boolean };

/** Tabs that are places, each with an address of its own. Scrolls sideways where they do not fit. */
export function LinkTabs({ label, tabs, className }: { label: string; tabs: readonly LinkTab[]; className?: string }) {
  return (
    <nav aria-label={label} className={cx(tabListClass, className)}>
      {tabs.map(({ href, label: text, count, active }) => (
        <NextLink key={href} href={href as Route} aria-current={active ? 'page' : undefined} className={tabClass}>
          {text}
          {count !== undefined && <Count value={count} />}
        </NextLink>
      ))}
    </nav>
  );
}

/** The looks that both kinds of tabs share. */
export const tabListClass =
  'flex min-w-0 gap-4 overflow-x-auto shadow-[inset_0_-1px_var(--line)] [scrollbar-width:none]';
export const tabClass =
  'relative flex h-9 shrink-0 items-center gap-2 whitespace-nowrap border-transparent border-b-2 text-muted transition-colors -outline-offset-2 hover:text-ink pointer-coarse:h-11 ' +
  'aria-[current=page]:border-ink aria-[current=page]:font-medium aria-[current=page]:text-ink aria-selected:border-ink aria-selected:font-medium aria-selected:text-ink';
