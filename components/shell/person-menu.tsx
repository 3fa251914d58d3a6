'use client';

import { lazy, Suspense, useCallback, useId, useRef, useState } from 'react';
import { Avatar } from '../ui/avatar';

const PersonBox = lazy(() => import('./person-box'));

export type Person = { name: string; email: string; role: string };

/** Who is signed in, with the theme and the way out. What it opens is fetched with its first use. */
export function PersonMenu({ person, signOut }: { person: Person; signOut: () => Promise<void> }) {
  const id = useId();
  const [state, setState] = useState<'unused' | 'open' | 'closed'>('unused');
  const button = useRef<HTMLButtonElement>(null);
  const openOnPress = useRef(false);
  const change = useCallback((open: boolean) => setState(open ? 'open' : 'closed'), []);
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-haspopup="dialog"
        aria-expanded={state === 'open'}
        aria-controls={state === 'open' ? id : undefined}
        // The browser closes the box on this same press, before the click arrives.
        onPointerDown={() => {
          openOnPress.current = state === 'open';
        }}
        onClick={(event) => change(!(event.detail === 0 ? state === 'open' : openOnPress.current))}
        className="flex h-12 w-full items-center gap-2.5 rounded-md px-2 text-left transition-colors hover:bg-hover aria-expanded:bg-selected"
      >
        <Avatar name={person.name} />
        <span className="min-w-0 flex-1 leading-4">
          <span className="block truncate font-medium text-sm">{person.name}</span>
          <span className="block truncate text-faint text-xs capitalize">{person.role}</span>
        </span>
        <svg aria-hidden="true" viewBox="0 0 16 16" fill="none" stroke="currentColor" className="size-4 text-faint">
          <path d="m5 6 3-3 3 3m-6 4 3 3 3-3" strokeWidth="1.25" />
        </svg>
      </button>
      {state !== 'unused' && (
        <Suspense fallback={null}>
          <PersonBox
            id={id}
            anchor={button}
            open={state === 'open'}
            onOpenChange={change}
            person={person}
            signOut={signOut}
          />
        </Suspense>
      )}
    </>
  );
}
