'use client';

import { createContext, type ReactNode, use, useId } from 'react';
import { cx } from './cx';
import { Glyph } from './glyph';

type Wiring = { id: string; describedBy: string | undefined; invalid: boolean; required: boolean };

const FieldContext = createContext<Wiring | null>(null);

/**
 * A label, a control, a hint and an error that know each other. Any input of ours inside takes its id, description and
 * validity from here. An error replaces nothing: the hint stays, and screen readers hear both.
 */
export function Field({
  label,
  labelHidden = false,
  labelEnd,
  hint,
  error,
  required = false,
  optional = false,
  className,
  children,
}: {
  label: ReactNode;
  labelHidden?: boolean;
  labelEnd?: ReactNode;
  hint?: ReactNode;
  error?: ReactNode;
  required?: boolean;
  optional?: boolean;
  className?: string;
  children: ReactNode;
}) {
  const id = useId();
  const wrong = error !== undefined && error !== null && error !== false && error !== '';
  const describedBy =
    [wrong && `${id}-error`, hint !== undefined && `${id}-hint`].filter(Boolean).join(' ') || undefined;
  return (
    <div className={cx('grid min-w-0 content-start gap-1', className)}>
      <div className={cx('flex min-w-0 items-baseline gap-2', labelHidden && 'sr-only')}>
        <label htmlFor={id} className="min-w-0 font-medium text-sm">
          {label}
          {required && (
            <span aria-hidden="true" className="text-danger">
              {' *'}
            </span>
          )}
        </label>
        {optional && <span className="text-faint text-xs">Optional</span>}
        {labelEnd !== undefined && <span className="ml-auto">{labelEnd}</span>}
      </div>
      <FieldContext value={{ id, describedBy, invalid: wrong, required }}>{children}</FieldContext>
      {wrong && (
        <p id={`${id}-error`} className="flex gap-1.5 text-danger text-sm">
          <Glyph name="warning" className="mt-1" />
          <span className="min-w-0">{error}</span>
        </p>
      )}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-faint text-sm">
          {hint}
        </p>
      )}
    </div>
  );
}

type OwnWiring = {
  id?: string | undefined;
  required?: boolean | undefined;
  'aria-describedby'?: string | undefined;
  'aria-invalid'?: boolean | 'true' | 'false' | 'grammar' | 'spelling' | undefined;
};

/** The attributes a control takes from the `Field` around it; its own win. */
export function useFieldWiring(own: OwnWiring) {
  const field = use(FieldContext);
  return {
    id: own.id ?? field?.id,
    required: own.required ?? field?.required,
    'aria-describedby': own['aria-describedby'] ?? field?.describedBy,
    'aria-invalid': own['aria-invalid'] ?? (field?.invalid || undefined),
  };
}

/** The look that text inputs, selects and text areas share. */
export const controlClass =
  'w-full min-w-0 rounded-md border border-line-control bg-surface text-ink transition-colors pointer-coarse:text-lg ' +
  'hover:border-muted focus-visible:border-focus focus-visible:outline-1 focus-visible:outline-offset-0 ' +
  'disabled:cursor-not-allowed disabled:border-line-strong disabled:bg-sunken disabled:text-faint ' +
  '[&[readonly]]:bg-sunken aria-invalid:border-danger aria-invalid:focus-visible:outline-danger';
