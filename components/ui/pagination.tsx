import { ChevronLeft, ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { ButtonLink } from './button';
import { buttonClass } from './button-class';
import { cx } from './cx';

/** Newer and older pages of a list that is read by cursor. A side without an address stays in its place, off. */
export function Pagination({
  newerHref,
  olderHref,
  summary,
  className,
}: {
  newerHref?: string | undefined;
  olderHref?: string | undefined;
  summary?: ReactNode;
  className?: string;
}) {
  return (
    <nav
      aria-label="Pages"
      className={cx('flex min-h-8 items-center justify-between gap-4 text-faint text-sm', className)}
    >
      <span className="min-w-0 truncate">{summary}</span>
      <span className="flex gap-2">
        <Step href={newerHref}>
          <ChevronLeft aria-hidden="true" /> Newer
        </Step>
        <Step href={olderHref}>
          Older <ChevronRight aria-hidden="true" />
        </Step>
      </span>
    </nav>
  );
}

function Step({ href, children }: { href: string | undefined; children: ReactNode }) {
  if (href !== undefined) {
    return (
      <ButtonLink href={href} size="sm">
        {children}
      </ButtonLink>
    );
  }
  return (
    <span
      aria-disabled="true"
      className={buttonClass(
        { size: 'sm' },
        'cursor-not-allowed gap-2 border-line text-faint hover:bg-surface [&_svg]:size-4',
      )}
    >
      {children}
    </span>
  );
}
