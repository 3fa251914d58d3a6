import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { CopyButton } from './copy-button';
import { cx } from './cx';
import { SafeText } from './safe-text';

const SHOWN_AT_ONCE = 100; // members of one list or object; the rest waits behind a line
const LONG_TEXT = 600; // characters; longer texts fold

/**
 * Any JSON value as a tree that folds, with no script of its own. Everything in it is a text node, invisible characters
 * shown. Opens `depth` levels.
 */
export function JsonView({
  value,
  label,
  depth = 2,
  copy = true,
  className,
}: {
  value: unknown;
  label: string;
  depth?: number;
  copy?: boolean;
  className?: string;
}) {
  return (
    <figure className={cx('min-w-0 overflow-hidden rounded-md border border-line bg-sunken', className)}>
      <figcaption className="flex h-8 items-center justify-between border-line border-b pr-1 pl-3 text-faint text-xs">
        <span className="truncate">{label}</span>
        {copy && <CopyButton value={JSON.stringify(value, null, 2) ?? ''} label={`Copy ${label}`} />}
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <div tabIndex={0} className="max-h-128 overflow-auto p-2 font-mono text-xs leading-5 -outline-offset-2">
        <Node value={value} depth={depth} />
      </div>
    </figure>
  );
}

function Node({ name, value, depth }: { name?: ReactNode; value: unknown; depth: number }) {
  const members = membersOf(value);
  const key = name !== undefined && <span className="text-muted">{name}: </span>;
  if (members === null) {
    return (
      <div className="pl-5 whitespace-pre-wrap wrap-anywhere">
        {key}
        <Leaf value={value} />
      </div>
    );
  }
  const [before, after] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (members.length === 0) {
    return (
      <div className="pl-5">
        {key}
        {before}
        {after}
      </div>
    );
  }
  return (
    <details open={depth > 0}>
      <summary className="flex min-h-6 list-none items-start gap-1 rounded-sm py-0.5 wrap-anywhere hover:bg-hover">
        <Arrow />
        <span className="min-w-0">
          {key}
          {before}
          <span className="text-faint [details[open]>summary_&]:hidden">
            {` ${members.length} ${Array.isArray(value) ? 'items' : 'fields'} ${after}`}
          </span>
        </span>
      </summary>
      <div className="ml-[7px] border-line border-l pl-2">
        {members.slice(0, SHOWN_AT_ONCE).map(([memberName, member]) => (
          <Node
            key={memberName}
            name={Array.isArray(value) ? memberName : <SafeText>{memberName}</SafeText>}
            value={member}
            depth={depth - 1}
          />
        ))}
        {members.length > SHOWN_AT_ONCE && (
          <details>
            <summary className="list-none pl-5 text-faint hover:text-ink">{`${members.length - SHOWN_AT_ONCE} more`}</summary>
            {members.slice(SHOWN_AT_ONCE).map(([memberName, member]) => (
              <Node
                key={memberName}
                name={Array.isArray(value) ? memberName : <SafeText>{memberName}</SafeText>}
                value={member}
                depth={0}
              />
            ))}
          </details>
        )}
      </div>
      <div className="pl-5">{after}</div>
    </details>
  );
}

function Leaf({ value }: { value: unknown }) {
  if (typeof value !== 'string') return <span className="text-info">{String(value)}</span>;
  if (value.length <= LONG_TEXT) {
    return (
      <span className="text-ink">
        &quot;<SafeText lines>{value}</SafeText>&quot;
      </span>
    );
  }
  return (
    <details className="inline">
      <summary className="inline list-none rounded-sm hover:bg-hover">
        <span className="[details[open]>summary_&]:hidden">
          &quot;<SafeText lines>{value.slice(0, LONG_TEXT / 4)}</SafeText>…&quot;{' '}
        </span>
        <span className="text-faint underline">
          <span className="[details[open]>summary_&]:hidden">{`Show all ${value.length.toLocaleString('en')} characters`}</span>
          <span className="hidden [details[open]>summary_&]:inline">Show less</span>
        </span>
      </summary>
      <div>
        &quot;<SafeText lines>{value}</SafeText>&quot;
      </div>
    </details>
  );
}

function Arrow() {
  return (
    <ChevronRight
      aria-hidden="true"
      className="mt-0.5 size-4 shrink-0 text-faint transition-transform [details[open]>summary>&]:rotate-90"
    />
  );
}

function membersOf(value: unknown): [string, unknown][] | null {
  if (typeof value !== 'object' || value === null) return null;
  return Object.entries(value);
}
