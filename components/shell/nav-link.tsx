'use client';

import type { Route } from 'next';
import NextLink from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';

/** An item of the navigation; it knows when the page on show is its own or lies below it. */
export function NavLink({
  href,
  icon,
  end,
  children,
}: {
  href: string;
  icon: ReactNode;
  end?: ReactNode;
  children: ReactNode;
}) {
  const pathname = usePathname();
  const current = pathname === href || pathname.startsWith(`${href}/`);
  return (
    <NextLink
      href={href as Route}
      aria-current={current ? 'page' : undefined}
      className="group/nav flex h-8 items-center gap-2.5 rounded-md px-2 text-muted transition-colors hover:bg-hover hover:text-ink pointer-coarse:h-11 aria-[current=page]:bg-selected aria-[current=page]:font-medium aria-[current=page]:text-ink [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-faint aria-[current=page]:[&_svg]:text-ink"
    >
      {icon}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {end}
    </NextLink>
  );
}
