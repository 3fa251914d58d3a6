'use client';

import { ChevronDown } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cx } from './cx';
import { controlClass, useFieldWiring } from './field';

export type SelectOption = { value: string; label: string; disabled?: boolean };

/** The platform's own list, in our box. An option with an empty value at the head serves as the placeholder. */
export function Select({
  options,
  className,
  ...rest
}: Omit<ComponentProps<'select'>, 'children'> & { options: readonly SelectOption[] }) {
  const wiring = useFieldWiring(rest);
  return (
    <span className={cx('relative block', className)}>
      <select
        {...rest}
        {...wiring}
        className={cx(controlClass, 'h-8 appearance-none truncate pr-8 pl-2.5 pointer-coarse:h-10')}
      >
        {options.map(({ value, label, disabled }) => (
          <option key={value} value={value} disabled={disabled} className="bg-raised text-ink">
            {label}
          </option>
        ))}
      </select>
      <ChevronDown
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-faint"
      />
    </span>
  );
}
