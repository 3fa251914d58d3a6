import type { Route } from 'next';
import NextLink from 'next/link';
import type { ComponentProps, ReactNode } from 'react';
import { type ButtonSize, type ButtonVariant, buttonClass } from './button-class';
import { cx } from './cx';
import { Kbd } from './kbd';
import { Spinner } from './spinner';

export type { ButtonSize, ButtonVariant } from './button-class';

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
          <span data-kbd aria-hidden="true" className="-mr-1 inline-flex pointer-coarse:hidden">
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
