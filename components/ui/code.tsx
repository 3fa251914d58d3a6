import type { ReactNode } from 'react';
import { CopyButton } from './copy-button';
import { cx } from './cx';
import { SafeText } from './safe-text';

/** A block of code or data as it is, invisible characters shown, with a button that copies the original. */
export function CodeBlock({
  value,
  label,
  wrap = false,
  copy = true,
  className,
}: {
  value: string;
  /** Names the block: a language, a file, what it is. */
  label: string;
  wrap?: boolean;
  copy?: boolean;
  className?: string;
}) {
  return (
    <figure className={cx('group/code min-w-0 overflow-hidden rounded-md border border-line bg-sunken', className)}>
      <figcaption className="flex h-8 items-center justify-between border-line border-b pr-1 pl-3 text-faint text-xs">
        <span className="truncate">{label}</span>
        {copy && <CopyButton value={value} label={`Copy ${label}`} />}
      </figcaption>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
        tabIndex={0}
        className={cx(
          'max-h-96 overflow-auto p-3 font-mono text-xs leading-5 -outline-offset-2',
          wrap && 'whitespace-pre-wrap wrap-anywhere',
        )}
      >
        <code>
          <SafeText lines>{value}</SafeText>
        </code>
      </pre>
    </figure>
  );
}

/** A name from code in running text. */
export function InlineCode({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <code className={cx('wrap-anywhere rounded-sm bg-hover px-1 py-0.5 font-mono text-[0.9em]', className)}>
      {children}
    </code>
  );
}
