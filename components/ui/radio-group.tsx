'use client';

import { type ComponentProps, type ReactNode, useId } from 'react';
import { cx } from './cx';
import { Glyph } from './glyph';

export type RadioOption<Value extends string = string> = {
  value: Value;
  label: ReactNode;
  description?: ReactNode;
  disabled?: boolean;
};

/**
 * One choice of a few, each with room to explain itself. `inputProps` reaches every radio, which is how a form library
 * registers the group.
 */
export function RadioGroup<Value extends string>({
  legend,
  legendHidden = false,
  name,
  options,
  value,
  defaultValue,
  onValueChange,
  boxed = false,
  required,
  error,
  inputProps,
  className,
}: {
  legend: ReactNode;
  legendHidden?: boolean;
  name?: string;
  options: readonly RadioOption<Value>[];
  value?: Value | undefined;
  defaultValue?: Value | undefined;
  onValueChange?: (value: Value) => void;
  /** Draws each option as a box of its own. */
  boxed?: boolean;
  required?: boolean;
  error?: ReactNode;
  inputProps?: Omit<ComponentProps<'input'>, 'type' | 'value'>;
  className?: string;
}) {
  const id = useId();
  const wrong = error !== undefined && error !== null && error !== '';
  return (
    <fieldset aria-describedby={wrong ? `${id}-error` : undefined} className={cx('min-w-0', className)}>
      <legend className={legendHidden ? 'sr-only' : 'mb-1.5 font-medium text-sm'}>
        {legend}
        {required === true && (
          <span aria-hidden="true" className="text-danger">
            {' *'}
          </span>
        )}
      </legend>
      <div className={cx('grid', boxed ? 'gap-2' : 'gap-1.5')}>
        {options.map((option) => (
          <label
            key={option.value}
            className={cx(
              'flex items-start gap-2 has-disabled:cursor-not-allowed has-disabled:opacity-60',
              boxed &&
                'rounded-md border border-line-strong bg-surface px-3 py-2 transition-colors hover:bg-hover has-checked:border-ink has-checked:bg-surface',
            )}
          >
            <span className="grid size-5 shrink-0 place-items-center">
              <input
                name={name ?? id}
                required={required}
                {...inputProps}
                type="radio"
                value={option.value}
                disabled={option.disabled}
                aria-describedby={option.description === undefined ? undefined : `${id}-${option.value}`}
                {...(value === undefined
                  ? {}
                  : { checked: value === option.value, onChange: () => onValueChange?.(option.value) })}
                {...(value === undefined && defaultValue !== undefined
                  ? { defaultChecked: defaultValue === option.value }
                  : {})}
                {...(value === undefined && onValueChange !== undefined
                  ? { onChange: () => onValueChange(option.value) }
                  : {})}
                className="size-4 appearance-none rounded-full border border-line-control bg-surface transition-[border-width] checked:border-[5px] checked:border-ink hover:border-muted checked:hover:border-ink disabled:cursor-not-allowed"
              />
            </span>
            <span className="min-w-0">
              {option.label}
              {option.description !== undefined && (
                <span id={`${id}-${option.value}`} className="block text-faint text-sm">
                  {option.description}
                </span>
              )}
            </span>
          </label>
        ))}
      </div>
      {wrong && (
        <p id={`${id}-error`} className="mt-1 flex gap-1.5 text-danger text-sm">
          <Glyph name="warning" className="mt-1" />
          <span className="min-w-0">{error}</span>
        </p>
      )}
    </fieldset>
  );
}
