import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx';

/** A line that opens to show more; works without script. */
export function Disclosure({
  summary,
  end,
  defaultOpen = false,
  className,
  children,
}: {
  summary: ReactNode;
  end?: ReactNode;
  defaultOpen?: boolean;
  className?: string;
  children: ReactNode;
}) {
  return (
    <details open={defaultOpen} className={cx('min-w-0', className)}>
      <summary className="flex min-h-8 list-none items-center gap-2 rounded-md pointer-coarse:min-h-10">
        <ChevronRight
          aria-hidden="true"
          className="size-4 shrink-0 text-faint transition-transform [details[open]>summary>&]:rotate-90"
        />
        <span className="min-w-0 flex-1 font-medium">{summary}</span>
        {end}
      </summary>
      <div className="pt-1 pb-2 pl-6">{children}</div>
    </details>
  );
}
