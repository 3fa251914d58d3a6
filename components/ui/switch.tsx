'use client';

import { type ComponentProps, type ReactNode, useId } from 'react';
import { cx } from './cx';

/** On or off, at once; for a choice that waits for *Save*, use a checkbox. A native checkbox, so it posts with its form. */
export function Switch({
  label,
  labelHidden = false,
  description,
  onCheckedChange,
  onChange,
  className,
  ...rest
}: Omit<ComponentProps<'input'>, 'type' | 'children'> & {
  label: ReactNode;
  labelHidden?: boolean;
  description?: ReactNode;
  onCheckedChange?: (checked: boolean) => void;
}) {
  const id = useId();
  return (
    <label
      className={cx('inline-flex items-start gap-3 has-disabled:cursor-not-allowed has-disabled:opacity-60', className)}
    >
      <span className="relative inline-flex h-5 shrink-0 items-center">
        <input
          {...rest}
          type="checkbox"
          // biome-ignore lint/a11y/useAriaPropsForRole: a native checkbox tells its own state
          role="switch"
          aria-describedby={description === undefined ? undefined : `${id}-description`}
          onChange={(event) => {
            onChange?.(event);
            onCheckedChange?.(event.target.checked);
          }}
          className="peer h-4 w-7 appearance-none rounded-full border border-line-control bg-sunken transition-colors checked:border-ink checked:bg-ink disabled:cursor-not-allowed"
        />
        <span className="pointer-events-none absolute left-[3px] size-2.5 rounded-full bg-muted transition-transform peer-checked:translate-x-3 peer-checked:bg-inverse" />
      </span>
      <span className={cx('min-w-0', labelHidden && 'sr-only')}>
        {label}
        {description !== undefined && (
          <span id={`${id}-description`} className="block text-faint text-sm">
            {description}
          </span>
        )}
      </span>
    </label>
  );
}
