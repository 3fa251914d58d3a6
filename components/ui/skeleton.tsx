import { cx } from './cx';
import { Panel } from './panel';

/** A grey stand-in; give it the size of what will come by class, so that nothing moves when it does. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={cx('block h-4 animate-breathe rounded-sm bg-selected', className)} />;
}

/** Lines of text to come; the last one is shorter. */
export function SkeletonText({ lines = 3, className }: { lines?: number; className?: string }) {
  return (
    <span aria-hidden="true" className={cx('block', className)}>
      {numbers(lines).map((line) => (
        <span key={line} className="flex h-5 items-center">
          <Skeleton className={cx('h-3', line === lines - 1 ? 'w-3/5' : 'w-full')} />
        </span>
      ))}
    </span>
  );
}

/** Rows to come in a `Table`, of the same height as its rows. */
export function SkeletonRows({ rows = 8, columns = 4 }: { rows?: number; columns?: number }) {
  return (
    <>
      {numbers(rows).map((row) => (
        <tr key={row} className="h-10 [&:last-child>td]:border-b-0">
          {numbers(columns).map((column) => (
            <td key={column} className="border-line border-b px-3 first:pl-4 last:pr-4">
              <Skeleton className={cx('h-3', widths[(row + column * 2) % widths.length])} />
            </td>
          ))}
        </tr>
      ))}
    </>
  );
}

/** A `Table` to come, alone in its panel. `rowHeight` is a class, such as `[&>tr]:h-14`. */
export function SkeletonTable({ rows, columns, rowHeight }: { rows: number; columns: number; rowHeight?: string }) {
  return (
    <Panel flush>
      <div className="h-8 border-line border-b" />
      <table className="w-full">
        <tbody className={rowHeight}>
          <SkeletonRows rows={rows} columns={columns} />
        </tbody>
      </table>
    </Panel>
  );
}

const widths = ['w-3/5', 'w-4/5', 'w-2/5', 'w-1/2', 'w-3/4'];

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
