import type { ReactNode } from 'react';
import { cx } from '../ui/cx';

/**
 * What can be done on this page, always in reach at its foot: put it last in the page. `note` stands at the near side,
 * the primary button comes last. Keeps clear of the window's rounded corners and home bar.
 */
export function ActionBar({
  label,
  note,
  className,
  children,
}: {
  label: string;
  note?: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  return (
    <section
      data-foot
      aria-label={label}
      className={cx(
        'sticky bottom-0 z-20 -mx-4 mt-6 border-line-strong border-t bg-bg px-4 pb-[env(safe-area-inset-bottom)] md:-mx-8 md:px-8',
        className,
      )}
    >
      <div className="flex min-h-14 flex-wrap items-center justify-end gap-2 py-2">
        {note !== undefined && <div className="mr-auto min-w-0 text-muted text-sm max-sm:basis-full">{note}</div>}
        <div className="flex flex-wrap items-center gap-2 max-sm:w-full max-sm:*:flex-1 max-sm:[&>span>button]:w-full">
          {children}
        </div>
      </div>
    </section>
  );
}
