import type { ReactNode } from 'react';
import { cx } from './cx';

/** A row of filters above a list; `end` stands at the far side. Wraps where it is narrow. */
export function Toolbar({
  label,
  end,
  className,
  children,
}: {
  label: string;
  end?: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  return (
    <fieldset aria-label={label} className={cx('flex min-h-8 flex-wrap items-center gap-2', className)}>
      {children}
      {end !== undefined && <div className="ml-auto flex items-center gap-2">{end}</div>}
    </fieldset>
  );
}
