'use client';

import type { ComponentProps } from 'react';
import { cx } from './cx';
import { controlClass, useFieldWiring } from './field';

/** Grows with its text up to 20 lines, where the browser can. */
export function Textarea({
  mono = false,
  rows = 3,
  className,
  ...rest
}: ComponentProps<'textarea'> & { mono?: boolean }) {
  const wiring = useFieldWiring(rest);
  return (
    <textarea
      {...rest}
      {...wiring}
      rows={rows}
      className={cx(
        controlClass,
        'field-sizing-content block max-h-100 min-h-16 resize-y px-2.5 py-1.5',
        mono && 'font-mono text-sm',
        className,
      )}
    />
  );
}
