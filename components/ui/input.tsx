'use client';

import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx';
import { controlClass, useFieldWiring } from './field';

export type InputProps = Omit<ComponentProps<'input'>, 'prefix'> & {
  mono?: boolean;
  /** Stand inside the box, before and after the text: an icon, a unit, a shortcut. */
  prefix?: ReactNode;
  suffix?: ReactNode;
};

export function Input({ mono = false, prefix, suffix, className, ...rest }: InputProps) {
  const wiring = useFieldWiring(rest);
  const bare = prefix === undefined && suffix === undefined;
  const input = (
    <input
      autoComplete="off"
      {...rest}
      {...wiring}
      className={cx(
        controlClass,
        'h-8 px-2.5 pointer-coarse:h-10',
        mono && 'font-mono text-sm',
        prefix !== undefined && 'pl-8',
        suffix !== undefined && 'pr-10',
        bare && className,
      )}
    />
  );
  if (bare) return input;
  return (
    <span className={cx('relative block', className)}>
      {prefix !== undefined && (
        <span className="pointer-events-none absolute inset-y-0 left-2.5 flex items-center text-faint [&_svg]:size-4">
          {prefix}
        </span>
      )}
      {input}
      {suffix !== undefined && (
        <span className="absolute inset-y-0 right-2 flex items-center text-faint text-sm">{suffix}</span>
      )}
    </span>
  );
}
