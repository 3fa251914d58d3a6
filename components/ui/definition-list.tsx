import type { ReactNode } from 'react';
import { cx } from './cx';

/** Labels and values in two aligned columns; one above the other where it is narrow. */
export function DefinitionList({ className, children }: { className?: string; children: ReactNode }) {
  return <dl className={cx('@container grid', className)}>{children}</dl>;
}

/** One label with its value. `note` stands under the value: where it comes from, what is wrong with it. */
export function Definition({
  label,
  mono = false,
  note,
  children,
}: {
  label: ReactNode;
  mono?: boolean;
  note?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className="grid gap-x-4 gap-y-0.5 border-line border-b py-2 first:pt-0 last:border-b-0 last:pb-0 @md:grid-cols-[10rem_minmax(0,1fr)]">
      <dt className="min-w-0 text-faint text-sm">{label}</dt>
      <dd className="min-w-0 wrap-anywhere">
        <div className={mono ? 'font-mono text-sm' : undefined}>{children}</div>
        {note !== undefined && <div className="text-faint text-sm">{note}</div>}
      </dd>
    </div>
  );
}
