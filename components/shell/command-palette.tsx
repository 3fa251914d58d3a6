'use client';

import { Command as Cmdk } from 'cmdk';
import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { Dialog } from '../ui/dialog';
import { Kbd } from '../ui/kbd';
import { SafeText } from '../ui/safe-text';
import { type Command, type Place, readCommands, subscribeToCommands } from './commands';
import { type NavId, navItems } from './nav';

const none: readonly Command[] = [];
const typingPauseMs = 150; // a search for each word, not for each letter

export default function CommandPalette({
  open,
  onOpenChange,
  nav,
  findPlaces,
  onKeyboardSheet,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  nav: readonly NavId[];
  findPlaces: (words: string) => Promise<readonly Place[]>;
  onKeyboardSheet: () => void;
}) {
  const router = useRouter();
  const offered = useSyncExternalStore(subscribeToCommands, readCommands, () => none);
  const [words, setWords] = useState('');
  const places = usePlaces(open ? words.trim() : '', findPlaces);
  const changeOpen = (wanted: boolean) => {
    if (!wanted) setWords('');
    onOpenChange(wanted);
  };
  const commands: Command[] = [
    ...offered,
    ...navItems
      .filter((item) => nav.includes(item.id))
      .map((item) => ({ id: item.id, label: item.label, group: 'Go to', kbd: `g ${item.key}`, href: item.href })),
    { id: 'keyboard', label: 'Keyboard shortcuts', group: 'Help', kbd: '?', run: onKeyboardSheet },
  ];
  const wanted = words.trim().toLowerCase().split(/\s+/);
  const fitting = commands.filter((command) => {
    const text = `${command.group} ${command.label}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
  // The first of what is shown is chosen, so that Enter works however late the requests and runs come in.
  const [pointed, setPointed] = useState('');
  const ids = [...fitting, ...places.found].map(({ id }) => id);
  const chosen = ids.includes(pointed) ? pointed : (ids[0] ?? '');
  const choose = (command: Command | Place) => {
    changeOpen(false);
    if (command.href !== undefined) router.push(command.href as Route);
    // The dialog gives the focus back first; what the command opens may then take it.
    else if ('run' in command) setTimeout(() => command.run?.());
  };
  return (
    <Dialog open={open} onOpenChange={changeOpen} title="Find or go to" titleHidden flush>
      <Cmdk label="Find or go to" loop shouldFilter={false} value={chosen} onValueChange={setPointed}>
        <Cmdk.Input
          placeholder="A request, a run, an id, or a place to go to"
          value={words}
          onValueChange={(text) => {
            setWords(text);
            setPointed('');
          }}
          className="h-12 w-full border-line border-b bg-transparent px-4 text-lg outline-none"
        />
        <Cmdk.List className="h-80 overflow-y-auto p-1">
          {ids.length === 0 && (
            <p role="status" className="px-3 py-8 text-center text-muted">
              {places.looking ? 'Looking …' : 'Nothing by that name.'}
            </p>
          )}
          {[...new Set(fitting.map((command) => command.group))].map((group) => (
            <Cmdk.Group key={group} heading={group} className={groupClass}>
              {fitting
                .filter((command) => command.group === group)
                .map((command) => (
                  <Cmdk.Item key={command.id} value={command.id} onSelect={() => choose(command)} className={itemClass}>
                    <span className="min-w-0 flex-1 truncate">{command.label}</span>
                    {command.kbd !== undefined && (
                      <span aria-hidden="true" className="text-faint">
                        <Kbd keys={command.kbd} />
                      </span>
                    )}
                  </Cmdk.Item>
                ))}
            </Cmdk.Group>
          ))}
          {[...new Set(places.found.map((place) => place.group))].map((group) => (
            <Cmdk.Group key={group} heading={group} className={groupClass}>
              {places.found
                .filter((place) => place.group === group)
                .map((place) => (
                  <Cmdk.Item key={place.id} value={place.id} onSelect={() => choose(place)} className={itemClass}>
                    <span className="min-w-0 flex-1 truncate">
                      <SafeText>{place.label}</SafeText>
                    </span>
                    <span className="text-muted text-sm">{place.detail}</span>
                  </Cmdk.Item>
                ))}
            </Cmdk.Group>
          ))}
        </Cmdk.List>
      </Cmdk>
    </Dialog>
  );
}

const groupClass =
  '[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:py-2 [&_[cmdk-group-heading]]:text-faint [&_[cmdk-group-heading]]:text-xs';
const itemClass =
  'flex h-9 cursor-pointer items-center gap-3 rounded-md px-3 data-[selected=true]:bg-selected pointer-coarse:h-11';

/** What was found for these words; an answer that a later search has overtaken is dropped. */
function usePlaces(
  words: string,
  findPlaces: (words: string) => Promise<readonly Place[]>,
): { found: readonly Place[]; looking: boolean } {
  const [answer, setAnswer] = useState<{ words: string; found: readonly Place[] }>({ words: '', found: [] });
  useEffect(() => {
    if (words === '') return;
    let wanted = true;
    const timer = setTimeout(() => {
      findPlaces(words).then(
        (found) => wanted && setAnswer({ words, found }),
        () => wanted && setAnswer({ words, found: [] }), // the commands work without a server
      );
    }, typingPauseMs);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [words, findPlaces]);
  return { found: words === '' ? [] : answer.found, looking: words !== '' && answer.words !== words };
}
