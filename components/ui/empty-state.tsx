import type { ReactNode } from 'react';
import { cx } from './cx';

/** Why there is nothing here, and the next step. */
export function EmptyState({
  title,
  icon,
  action,
  className,
  children,
}: {
  title: string;
  icon?: ReactNode;
  action?: ReactNode;
  className?: string;
  children?: ReactNode;
}) {
  return (
    <div className={cx('mx-auto grid max-w-md justify-items-center gap-1 px-4 py-12 text-center', className)}>
      {icon !== undefined && (
        <span
          aria-hidden="true"
          className="mb-2 grid size-10 place-items-center rounded-lg border border-line text-faint [&_svg]:size-5"
        >
          {icon}
        </span>
      )}
      <p className="font-semibold">{title}</p>
      {children !== undefined && <div className="text-pretty text-muted">{children}</div>}
      {action !== undefined && <div className="mt-3 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
