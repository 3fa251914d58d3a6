import type { ReactElement, ReactNode } from 'react';
import { Count } from '../ui/badge';
import { Link } from '../ui/link';
import { LiveIndicator, type LiveState } from '../ui/live-indicator';
import { Mark, Wordmark } from '../ui/mark';
import { Toaster } from '../ui/toaster';
import type { Place } from './commands';
import { allNav, type NavId } from './nav';
import { NavDrawer } from './nav-drawer';
import { NavList } from './nav-list';
import { PaletteButton } from './palette-button';
import { type Person, PersonMenu } from './person-menu';
import { ShellKeys } from './shell-keys';

/**
 * The frame of every page behind the sign-in: navigation at the side, or behind a button on small windows, and one main
 * column. Takes plain data; where the count or the live state changes while the page is open, pass an element that
 * keeps itself current instead.
 */
export function AppShell({
  person,
  counts,
  live,
  signOut,
  nav = allNav,
  singleKeys = true,
  findPlaces,
  children,
}: {
  person: Person;
  counts: { needsMe: number | ReactElement };
  live: LiveState | ReactElement;
  signOut: () => Promise<void>;
  /** The places that this person's role may see. */
  nav?: readonly NavId[];
  /** Whether plain keys such as `A` and `J` act. */
  singleKeys?: boolean;
  /** What the palette offers beside its commands, for the words typed into it. */
  findPlaces: (words: string) => Promise<readonly Place[]>;
  children: ReactNode;
}) {
  const inboxCount =
    typeof counts.needsMe !== 'number' ? (
      counts.needsMe
    ) : counts.needsMe > 0 ? (
      <Count value={counts.needsMe} label="need you" />
    ) : null;
  const liveState = typeof live === 'string' ? <LiveIndicator state={live} /> : live;
  const side = (
    <>
      <div className="grid gap-3 p-3">
        <div className="flex h-8 items-center px-2">
          <Link href="/inbox" quiet className="hover:no-underline">
            <Wordmark />
          </Link>
        </div>
        <PaletteButton />
        <NavList nav={nav} inboxCount={inboxCount} />
      </div>
      <div className="mt-auto grid gap-1 p-3 pt-0">
        <div className="px-2 py-1">{liveState}</div>
        <div className="border-line border-t pt-2">
          <PersonMenu person={person} signOut={signOut} />
        </div>
      </div>
    </>
  );
  return (
    <>
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-md bg-ink px-3 py-2 font-medium text-inverse focus:translate-y-0"
      >
        Skip to the content
      </a>
      <div className="md:grid md:grid-cols-[var(--sidebar-width)_minmax(0,1fr)]">
        <aside
          aria-label="Sidebar"
          className="sticky top-0 hidden h-dvh flex-col overflow-y-auto border-line border-r bg-bg md:flex"
        >
          {side}
        </aside>
        <div className="flex min-h-dvh min-w-0 flex-col">
          <header
            data-head
            className="sticky top-0 z-30 flex h-(--topbar-height) items-center gap-2 border-line border-b bg-bg px-2 md:hidden"
          >
            <NavDrawer>
              <div className="flex h-full flex-col">{side}</div>
            </NavDrawer>
            <Mark className="size-5" />
            <span className="flex-1 font-semibold tracking-[-0.015em]">Countersign</span>
            <div className="*:justify-end">{liveState}</div>
          </header>
          <main
            id="main"
            tabIndex={-1}
            className="flex min-w-0 flex-1 flex-col px-4 max-md:[--table-top:var(--topbar-height)] pt-4 pb-0 outline-none md:px-8 md:pt-6"
          >
            {children}
          </main>
        </div>
      </div>
      <ShellKeys nav={nav} singleKeys={singleKeys} findPlaces={findPlaces} />
      <Toaster />
    </>
  );
}
