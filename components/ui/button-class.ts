import { cx } from './cx';

export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger' | 'danger-quiet' | 'bare';
export type ButtonSize = 'sm' | 'md' | 'lg';

/** The class of a button, for the few elements that cannot be one. */
export function buttonClass(
  { variant = 'secondary', size = 'md' }: { variant?: ButtonVariant | undefined; size?: ButtonSize | undefined },
  className?: string,
) {
  if (variant === 'bare') return cx('rounded-md text-left', className);
  return cx(
    'relative inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap rounded-md border font-medium transition-colors',
    'disabled:cursor-not-allowed disabled:opacity-50 aria-busy:cursor-progress',
    variants[variant],
    sizes[size],
    className,
  );
}

const variants: Record<Exclude<ButtonVariant, 'bare'>, string> = {
  primary:
    'border-transparent bg-accent text-accent-contrast not-disabled:hover:bg-accent-hover not-disabled:active:bg-accent-hover',
  secondary:
    'border-line-strong bg-surface text-ink not-disabled:hover:bg-hover not-disabled:active:bg-selected aria-expanded:bg-selected',
  ghost:
    'border-transparent text-muted not-disabled:hover:bg-hover not-disabled:hover:text-ink not-disabled:active:bg-selected aria-expanded:bg-selected aria-expanded:text-ink',
  danger:
    'border-transparent bg-danger-fill text-danger-contrast not-disabled:hover:bg-danger-fill-hover not-disabled:active:bg-danger-fill-hover',
  'danger-quiet':
    'border-line-strong bg-surface text-danger not-disabled:hover:border-danger-line not-disabled:hover:bg-danger-tint',
};

const sizes: Record<ButtonSize, string> = {
  sm: 'h-7 px-2 text-sm pointer-coarse:h-9',
  md: 'h-8 px-3 text-base pointer-coarse:h-10',
  lg: 'h-10 px-4 text-base pointer-coarse:h-11',
};
