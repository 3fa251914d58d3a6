import { type ReactNode, useId } from 'react';
import { cx } from './cx';

/** A bordered part of a page with a heading of its own. `flush` lets a table or a list reach the border. */
export function Panel({
  title,
  description,
  actions,
  level = 2,
  flush = false,
  className,
  children,
}: {
  title?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  level?: 2 | 3 | 4;
  flush?: boolean;
  className?: string;
  children?: ReactNode;
}) {
  const id = useId();
  const Heading = `h${level}` as const;
  return (
    <section
      aria-labelledby={title === undefined ? undefined : id}
      className={cx('min-w-0 rounded-lg border border-line bg-surface', flush && 'overflow-clip', className)}
    >
      {title !== undefined && (
        <header
          className={cx(
            'flex min-h-11 items-start gap-4 px-4 py-3',
            (flush || description !== undefined) && 'border-line border-b',
          )}
        >
          <div className="min-w-0 flex-1">
            <Heading id={id} className="font-semibold">
              {title}
            </Heading>
            {description !== undefined && <p className="mt-0.5 text-muted text-sm">{description}</p>}
          </div>
          {actions !== undefined && <div className="-my-1 flex min-h-7 shrink-0 items-center gap-2">{actions}</div>}
        </header>
      )}
      {children !== undefined && (
        <div
          className={cx(!flush && 'px-4 pb-4', !flush && (title === undefined || description !== undefined) && 'pt-4')}
        >
          {children}
        </div>
      )}
    </section>
  );
}
