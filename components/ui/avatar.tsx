import { cx } from './cx';

/** A person's initials. Decorative: write the name beside it, or pass `label` where there is no room. */
export function Avatar({
  name,
  size = 'md',
  label = false,
  className,
}: {
  name: string;
  size?: 'sm' | 'md';
  label?: boolean;
  className?: string;
}) {
  return (
    <span
      {...(label ? { role: 'img', 'aria-label': name, title: name } : { 'aria-hidden': true })}
      className={cx(
        'inline-grid shrink-0 select-none place-items-center rounded-full border border-line bg-selected font-medium text-muted',
        size === 'sm' ? 'size-5 text-[0.5625rem]' : 'size-7 text-xs',
        className,
      )}
    >
      {initials(name)}
    </span>
  );
}

function initials(name: string): string {
  const words = name
    .trim()
    .split(/[\s.@_-]+/)
    .filter(Boolean);
  const [first, last] = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return (
    [first, last]
      .map((word) => Array.from(word ?? '')[0] ?? '')
      .join('')
      .toUpperCase() || '?'
  );
}
