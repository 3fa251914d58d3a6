import type { Route } from 'next';
import NextLink from 'next/link';
import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx';

type Breakpoint = 'sm' | 'md' | 'lg' | 'xl';
type Cell = {
  align?: 'left' | 'right';
  /** Leaves the column out on windows narrower than this. Give it to the head and to every cell of the column. */
  hideBelow?: Breakpoint;
  /** For a column of checkboxes or icon buttons, 40 px wide: centred, nothing cut off. */
  control?: boolean;
};

/**
 * A dense table with fixed columns: give each head a width by class (`w-32`) and leave one without, which takes the
 * rest. The head sticks to the top of the window, or as far below it as `--table-top` says.
 */
export function Table({ label, children, className }: { label: string; children: ReactNode; className?: string }) {
  return (
    <table
      aria-label={label}
      className={cx('w-full table-fixed border-separate border-spacing-0 text-left', className)}
    >
      {children}
    </table>
  );
}

export function TableHead({ children }: { children: ReactNode }) {
  return (
    <thead>
      <tr>{children}</tr>
    </thead>
  );
}

export function HeadCell({
  align = 'left',
  control = false,
  hideBelow,
  className,
  children,
  ...rest
}: ComponentProps<'th'> & Cell) {
  return (
    <th
      scope="col"
      {...rest}
      className={cx(
        'sticky top-(--table-top,0px) z-10 h-8 truncate border-line border-b bg-bg px-3 font-normal text-faint text-xs first:pl-4 last:pr-4',
        align === 'right' && 'text-right',
        control && controlCell,
        hideBelow !== undefined && hidden[hideBelow],
        className,
      )}
    >
      {children}
    </th>
  );
}

export function TableBody({ children }: { children: ReactNode }) {
  return <tbody>{children}</tbody>;
}

/** A row of 40 px. With a `RowLink` in one of its cells, the whole row is the link. `current` marks the row that the keyboard stands on. */
export function Row({ selected = false, className, children, ...rest }: ComponentProps<'tr'> & { selected?: boolean }) {
  return (
    <tr
      {...rest}
      aria-selected={rest['aria-selected'] ?? (selected || undefined)}
      className={cx(
        'group/row relative h-10 [&:last-child>td]:border-b-0 has-[[data-row-link]]:hover:bg-hover',
        'has-[[data-row-link]:focus-visible]:bg-hover has-[[data-row-link]:focus-visible]:outline-2 has-[[data-row-link]:focus-visible]:outline-focus has-[[data-row-link]:focus-visible]:-outline-offset-2',
        selected && 'bg-selected has-[[data-row-link]]:hover:bg-selected',
        className,
      )}
    >
      {children}
    </tr>
  );
}

export function DataCell({
  align = 'left',
  mono = false,
  control = false,
  muted = false,
  hideBelow,
  className,
  children,
  ...rest
}: ComponentProps<'td'> & Cell & { mono?: boolean; muted?: boolean }) {
  return (
    <td
      {...rest}
      className={cx(
        'h-10 truncate border-line border-b px-3 first:pl-4 last:pr-4',
        align === 'right' && 'text-right tabular-nums',
        control && controlCell,
        mono && 'font-mono text-sm',
        muted && 'text-muted',
        hideBelow !== undefined && hidden[hideBelow],
        className,
      )}
    >
      {children}
    </td>
  );
}

/** The link of a row: its text names the row, its hit area is all of it. Other controls in the row need `relative z-1`. */
export function RowLink({
  href,
  className,
  onNavigate,
  children,
}: {
  href: string;
  className?: string;
  /** What a plain click or Enter does instead of going there; opening it elsewhere still goes there. */
  onNavigate?: ComponentProps<typeof NextLink>['onNavigate'];
  children: ReactNode;
}) {
  return (
    <NextLink
      data-row-link
      href={href as Route}
      {...(onNavigate === undefined ? {} : { onNavigate, prefetch: false })}
      className={cx('font-medium outline-none after:absolute after:inset-0 after:content-[""]', className)}
    >
      {children}
    </NextLink>
  );
}

const controlCell = 'w-10 overflow-visible px-0 text-center first:pl-1 last:pr-1';

const hidden: Record<Breakpoint, string> = {
  sm: 'max-sm:hidden',
  md: 'max-md:hidden',
  lg: 'max-lg:hidden',
  xl: 'max-xl:hidden',
};
