'use client';

import { ChevronsUpDown } from 'lucide-react';
import { Avatar } from '../ui/avatar';
import { Button } from '../ui/button';
import { Popover } from '../ui/popover';
import { ThemeToggle } from '../ui/theme-toggle';

export type Person = { name: string; email: string; role: string };

/** Who is signed in, with the theme and the way out. */
export function PersonMenu({ person, signOut }: { person: Person; signOut: () => Promise<void> }) {
  return (
    <Popover
      label="Your account"
      side="top"
      align="start"
      fill
      className="w-64 p-0"
      button={{
        variant: 'bare',
        className:
          'flex h-12 w-full items-center px-2 transition-colors hover:bg-hover aria-expanded:bg-selected [&>span]:w-full [&>span]:gap-2.5',
        children: (
          <>
            <Avatar name={person.name} />
            <span className="min-w-0 flex-1 leading-4">
              <span className="block truncate font-medium text-sm">{person.name}</span>
              <span className="block truncate text-faint text-xs capitalize">{person.role}</span>
            </span>
            <ChevronsUpDown aria-hidden="true" className="text-faint" />
          </>
        ),
      }}
    >
      <div className="border-line border-b px-3 py-2.5">
        <p className="truncate font-medium">{person.name}</p>
        <p className="truncate text-faint text-sm">{person.email}</p>
      </div>
      <div className="flex items-center justify-between gap-3 border-line border-b px-3 py-2">
        <span className="text-muted text-sm">Theme</span>
        <ThemeToggle />
      </div>
      <form action={signOut} className="p-1">
        <Button type="submit" variant="ghost" className="w-full justify-start px-2">
          Sign out
        </Button>
      </form>
    </Popover>
  );
}
