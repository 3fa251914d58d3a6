import type { Route } from 'next';
import NextLink from 'next/link';
import type { ComponentProps } from 'react';
import { cx } from './cx';

/** A link in running text, underlined. Links that leave the product open in place and carry no referrer. `quiet` shows its line on hover only. */
export function Link({
  href,
  quiet = false,
  className,
  children,
  ...rest
}: Omit<ComponentProps<typeof NextLink>, 'href'> & { href: string; quiet?: boolean }) {
  const look = cx(
    'rounded-sm text-ink underline-offset-3 transition-colors',
    quiet ? 'hover:underline' : 'underline decoration-line-control hover:decoration-ink',
    className,
  );
  if (/^[a-z]+:/i.test(href)) {
    const { prefetch: _, ...plain } = rest;
    return (
      <a {...plain} href={href} rel="noreferrer" className={look}>
        {children}
      </a>
    );
  }
  return (
    <NextLink {...rest} href={href as Route} className={look}>
      {children}
    </NextLink>
  );
}
