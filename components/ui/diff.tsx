import type { ReactNode } from 'react';
import { cx } from './cx';
import { type Change, diffValues } from './diff-values';
import { SafeText } from './safe-text';

/** What changes between two JSON values, one row a field: the old value struck with −, the new one marked +. */
export function Diff({
  before,
  after,
  label,
  showSame = false,
  className,
}: {
  before: unknown;
  after: unknown;
  /** Names the list for screen readers. */
  label: string;
  /** Also shows the fields that stay as they are. */
  showSame?: boolean;
  className?: string;
}) {
  const changes = diffValues(before, after);
  const shown = showSame ? changes : changes.filter((change) => change.kind !== 'same');
  if (shown.length === 0) return <p className={cx('text-faint', className)}>Nothing changes.</p>;
  return (
    <dl
      aria-label={label}
      className={cx('@container min-w-0 overflow-hidden rounded-md border border-line', className)}
    >
      {shown.map((change) => (
        <div
          key={change.path}
          className="grid gap-x-4 gap-y-1 border-line border-b px-3 py-2 last:border-b-0 @md:grid-cols-[10rem_minmax(0,1fr)]"
        >
          <dt className="min-w-0 font-mono text-muted text-sm wrap-anywhere">
            <SafeText>{change.path === '' ? 'value' : change.path}</SafeText>
          </dt>
          <dd className="grid min-w-0 gap-1 font-mono text-sm">
            <Sides change={change} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Sides({ change }: { change: Change }) {
  if (change.kind === 'same') return <Line>{shown(change.value)}</Line>;
  return (
    <>
      {change.kind !== 'added' && <Line side="before">{shown(change.before)}</Line>}
      {change.kind !== 'removed' && <Line side="after">{shown(change.after)}</Line>}
    </>
  );
}

function Line({ side, children }: { side?: 'before' | 'after'; children: string }) {
  return (
    <div
      className={cx(
        'flex min-w-0 gap-2 rounded-sm px-1.5',
        side === 'before' && 'bg-danger-tint',
        side === 'after' && 'bg-success-tint',
        side === undefined && 'text-muted',
      )}
    >
      <Sign side={side} />
      <span className="min-w-0 whitespace-pre-wrap wrap-anywhere">
        <SafeText lines>{children}</SafeText>
      </span>
    </div>
  );
}

function Sign({ side }: { side: 'before' | 'after' | undefined }): ReactNode {
  if (side === undefined) return <span aria-hidden="true">&nbsp;</span>;
  return (
    <span className={cx('select-none', side === 'before' ? 'text-danger' : 'text-success')}>
      <span aria-hidden="true">{side === 'before' ? '−' : '+'}</span>
      <span className="sr-only">{side === 'before' ? 'was ' : 'becomes '}</span>
    </span>
  );
}

function shown(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? 'undefined';
}
