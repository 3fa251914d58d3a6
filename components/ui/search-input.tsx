'use client';

import { Search } from 'lucide-react';
import { cx } from './cx';
import { Input, type InputProps } from './input';
import { Kbd } from './kbd';

/** A box that filters a list. `kbd` shows the key that leads here; Escape empties it, then leaves it. */
export function SearchInput({
  label,
  kbd,
  className,
  onKeyDown,
  ...rest
}: Omit<InputProps, 'prefix' | 'suffix' | 'type'> & { label: string; kbd?: string }) {
  return (
    <Input
      {...rest}
      type="search"
      aria-label={label}
      placeholder={rest.placeholder ?? label}
      prefix={<Search aria-hidden="true" />}
      {...(kbd === undefined
        ? {}
        : { suffix: <Kbd keys={kbd} className="pointer-events-none pointer-coarse:hidden" /> })}
      className={cx('w-56 max-w-full max-xs:w-full', className)}
      onKeyDown={(event) => {
        onKeyDown?.(event);
        if (event.key === 'Escape' && event.currentTarget.value === '') event.currentTarget.blur();
      }}
    />
  );
}
