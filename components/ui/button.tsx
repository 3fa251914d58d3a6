import type { Route } from 'next';
import NextLink from 'next/link';
import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx';
import { Kbd } from './kbd';
import { Spinner } from './spinner';

export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger' | 'danger-quiet' | 'bare';
export type ButtonSize = 'sm' | 'md' | 'lg';

type Look = {
  /** One `primary` a view: it carries the accent. `bare` brings no look of its own. */
  variant?: ButtonVariant | undefined;
  size?: ButtonSize | undefined;
  /** Stands before the words; decorative. */
  icon?: ReactNode;
  /** A shortcut shown at the end, as in `Kbd`. The key itself is bound elsewhere. */
  kbd?: string | undefined;
};

export type ButtonProps = ComponentProps<'button'> &
  Look & {
    /** Shows a spinner over the words, keeps the width and the focus, and lets no click through. */
    loading?: boolean | undefined;
  };

export function Button({
  variant,
  size,
  icon,
  kbd,
  loading = false,
  type = 'button',
  onClick,
  className,
  children,
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={loading ? 'button' : type}
      onClick={loading ? undefined : onClick}
      aria-busy={loading || undefined}
      aria-disabled={loading || rest['aria-disabled']}
      aria-keyshortcuts={kbd === undefined ? undefined : ariaKeys(kbd)}
      className={buttonClass({ variant, size }, className)}
    >
      <Content icon={icon} kbd={kbd} loading={loading}>
        {children}
      </Content>
    </button>
  );
}

/** A link that looks like a button: for going somewhere, never for doing something. */
export function ButtonLink({
  variant,
  size,
  icon,
  kbd,
  href,
  className,
  children,
  ...rest
}: Omit<ComponentProps<typeof NextLink>, 'href'> & Look & { href: string }) {
  return (
    <NextLink
      {...rest}
      href={href as Route}
      aria-keyshortcuts={kbd === undefined ? undefined : ariaKeys(kbd)}
      className={buttonClass({ variant, size }, className)}
    >
      <Content icon={icon} kbd={kbd} loading={false}>
        {children}
      </Content>
    </NextLink>
  );
}

/** The class of a button, for the few elements that cannot be one. */
export function buttonClass(
  { variant = 'secondary', size = 'md' }: Pick<Look, 'variant' | 'size'>,
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

function Content({
  icon,
  kbd,
  loading,
  children,
}: Pick<Look, 'icon' | 'kbd'> & { loading: boolean; children: ReactNode }) {
  return (
    <>
      <span
        className={cx('inline-flex min-w-0 items-center gap-2 [&_svg:not(.size-3)]:size-4', loading && 'opacity-0')}
      >
        {icon}
        {children}
        {kbd !== undefined && (
          <span aria-hidden="true" className="-mr-1 inline-flex pointer-coarse:hidden">
            <Kbd keys={kbd} />
          </span>
        )}
      </span>
      {loading && (
        <span className="absolute inset-0 grid place-items-center">
          <Spinner />
        </span>
      )}
    </>
  );
}

function ariaKeys(kbd: string): string {
  return kbd
    .replace('mod+', 'Control+')
    .replace(/\benter\b/, 'Enter')
    .replaceAll(' ', '+');
}
