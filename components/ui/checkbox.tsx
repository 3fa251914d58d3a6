'use client';

import { type ComponentProps, type ReactNode, useEffect, useId, useRef } from 'react';
import { cx } from './cx';
import { useFieldWiring } from './field';

export type CheckboxProps = Omit<ComponentProps<'input'>, 'type' | 'children' | 'ref'> & {
  label: ReactNode;
  /** Keeps the label for screen readers only, for boxes in a table. */
  labelHidden?: boolean;
  description?: ReactNode;
  indeterminate?: boolean;
  ref?: (element: HTMLInputElement | null) => void;
};

export function Checkbox({
  label,
  labelHidden = false,
  description,
  indeterminate = false,
  className,
  ref,
  ...rest
}: CheckboxProps) {
  const ownId = useId();
  const wiring = useFieldWiring(rest);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (input.current !== null) input.current.indeterminate = indeterminate;
  }, [indeterminate]);
  return (
    <label
      className={cx(
        'relative inline-flex items-start gap-2 has-disabled:cursor-not-allowed has-disabled:opacity-60',
        labelHidden && 'gap-0 p-1 align-middle',
        className,
      )}
    >
      <span className="relative grid size-5 shrink-0 place-items-center">
        <input
          {...rest}
          {...wiring}
          aria-describedby={description === undefined ? wiring['aria-describedby'] : `${ownId}-description`}
          ref={(element) => {
            input.current = element;
            ref?.(element);
          }}
          type="checkbox"
          className="peer size-4 appearance-none rounded-sm border border-line-control bg-surface transition-colors checked:border-ink checked:bg-ink indeterminate:border-ink indeterminate:bg-ink hover:border-muted disabled:cursor-not-allowed aria-invalid:border-danger"
        />
        <svg
          aria-hidden="true"
          viewBox="0 0 16 16"
          className="pointer-events-none absolute hidden size-4 text-inverse peer-checked:block peer-indeterminate:hidden"
        >
          <path d="m4 8.25 2.75 2.75L12 5.25" fill="none" stroke="currentColor" strokeWidth="1.75" />
        </svg>
        <svg
          aria-hidden="true"
          viewBox="0 0 16 16"
          className="pointer-events-none absolute hidden size-4 text-inverse peer-indeterminate:block"
        >
          <path d="M4.5 8h7" fill="none" stroke="currentColor" strokeWidth="1.75" />
        </svg>
      </span>
      <span className={cx('min-w-0', labelHidden && 'sr-only')}>
        {label}
        {description !== undefined && (
          <span id={`${ownId}-description`} className="block text-faint text-sm">
            {description}
          </span>
        )}
      </span>
    </label>
  );
}
