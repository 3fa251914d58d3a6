import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx';
import { Link } from './link';

/** The head of a page: its one `h1`, a line under it, and what can be done here. */
export function PageHeader({
  title,
  subtitle,
  back,
  actions,
  className,
}: {
  title: ReactNode;
  subtitle?: ReactNode;
  back?: { href: string; label: string };
  actions?: ReactNode;
  className?: string;
}) {
  return (
    <header className={cx('grid gap-1 pb-4', className)}>
      {back !== undefined && (
        <Link
          href={back.href}
          quiet
          className="-ml-0.5 mb-1 inline-flex w-fit items-center gap-1 text-faint text-sm hover:text-ink"
        >
          <ArrowLeft aria-hidden="true" className="size-3.5" />
          {back.label}
        </Link>
      )}
      <div className="flex flex-wrap items-start gap-x-4 gap-y-3">
        <div className="grid min-w-0 flex-1 basis-64 gap-1">
          <h1 className="font-semibold text-xl tracking-tight wrap-anywhere">{title}</h1>
          {subtitle !== undefined && <div className="max-w-2xl text-pretty text-muted">{subtitle}</div>}
        </div>
        {actions !== undefined && <div className="flex shrink-0 flex-wrap items-center gap-2">{actions}</div>}
      </div>
    </header>
  );
}
