'use client';

import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { lazy, Suspense, useEffect, useState } from 'react';
import type { Place } from './commands';
import { type NavId, navItems } from './nav';
import { onPaletteRequest } from './palette-request';
import { setSingleKeys } from './shortcuts';
import { useShortcuts } from './use-shortcuts';

const CommandPalette = lazy(() => import('./command-palette'));
const KeyboardSheet = lazy(() => import('./keyboard-sheet'));

/** The keys that work on every page, and the two windows they open; the code of both comes with their first use. */
export function ShellKeys({
  nav,
  singleKeys,
  findPlaces,
}: {
  nav: readonly NavId[];
  singleKeys: boolean;
  findPlaces: (words: string) => Promise<readonly Place[]>;
}) {
  const router = useRouter();
  const [palette, setPalette] = useState<'unused' | 'open' | 'closed'>('unused');
  const [sheet, setSheet] = useState<'unused' | 'open' | 'closed'>('unused');

  useEffect(() => setSingleKeys(singleKeys), [singleKeys]);
  useEffect(() => onPaletteRequest((what) => (what === 'palette' ? setPalette('open') : setSheet('open'))), []);

  const places = navItems
    .filter((item) => nav.includes(item.id))
    .map((item) => [`g ${item.key}`, () => router.push(item.href as Route)] as const);
  useShortcuts({
    ...Object.fromEntries(places),
    'mod+k': () => setPalette('open'),
    '?': () => setSheet('open'),
  });

  return (
    <Suspense fallback={null}>
      {palette !== 'unused' && (
        <CommandPalette
          open={palette === 'open'}
          onOpenChange={(open) => setPalette(open ? 'open' : 'closed')}
          nav={nav}
          findPlaces={findPlaces}
          onKeyboardSheet={() => setSheet('open')}
        />
      )}
      {sheet !== 'unused' && (
        <KeyboardSheet
          open={sheet === 'open'}
          onOpenChange={(open) => setSheet(open ? 'open' : 'closed')}
          nav={nav}
          singleKeys={singleKeys}
        />
      )}
    </Suspense>
  );
}
