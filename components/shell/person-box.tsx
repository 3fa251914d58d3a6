'use client';

import type { RefObject } from 'react';
import { Button, ButtonLink } from '../ui/button';
import { FloatingBox } from '../ui/floating-box';
import { ThemeToggle } from '../ui/theme-toggle';
import type { Person } from './person-menu';

export default function PersonBox({
  id,
  anchor,
  open,
  onOpenChange,
  person,
  signOut,
}: {
  id: string;
  anchor: RefObject<Element | null>;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  person: Person;
  signOut: () => Promise<void>;
}) {
  return (
    <FloatingBox
      id={id}
      anchor={anchor}
      open={open}
      onOpenChange={onOpenChange}
      label="Your account"
      side="top"
      align="start"
      className="w-64 p-0"
    >
      <div className="border-line border-b px-3 py-2.5">
        <p className="truncate font-medium">{person.name}</p>
        <p className="truncate text-faint text-sm">{person.email}</p>
      </div>
      <div className="flex items-center justify-between gap-3 border-line border-b px-3 py-2">
        <span className="text-muted text-sm">Theme</span>
        <ThemeToggle />
      </div>
      <div className="border-line border-b p-1">
        <ButtonLink
          href="/account"
          variant="ghost"
          className="w-full justify-start px-2"
          onClick={() => onOpenChange(false)}
        >
          Your account
        </ButtonLink>
      </div>
      <form action={signOut} className="p-1">
        <Button type="submit" variant="ghost" className="w-full justify-start px-2">
          Sign out
        </Button>
      </form>
    </FloatingBox>
  );
}
