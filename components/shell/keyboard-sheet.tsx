'use client';

import { Dialog } from '../ui/dialog';
import { Kbd } from '../ui/kbd';
import { type NavId, navItems } from './nav';

type Group = { title: string; keys: readonly (readonly [keys: string, meaning: string])[] };

const onPages: readonly Group[] = [
  {
    title: 'Lists',
    keys: [
      ['j', 'Next'],
      ['k', 'Previous'],
      ['enter', 'Open'],
      ['x', 'Select'],
      ['/', 'Filter'],
    ],
  },
  {
    title: 'Requests',
    keys: [
      ['a', 'Approve'],
      ['e', 'Edit arguments'],
      ['r', 'Reject'],
      ['c', 'Take it, or let it go'],
      ['s', 'Set it aside'],
      ['z', 'Undo'],
      ['[', 'Previous call of this pause'],
      [']', 'Next call of this pause'],
      ['mod+enter', 'Submit'],
    ],
  },
];

const everywhere: Group = {
  title: 'Everywhere',
  keys: [
    ['mod+k', 'Find or go to'],
    ['?', 'This sheet'],
    ['esc', 'Close'],
  ],
};

export default function KeyboardSheet({
  open,
  onOpenChange,
  nav,
  singleKeys,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** The places that this person may go to. */
  nav: readonly NavId[];
  singleKeys: boolean;
}) {
  const places = navItems.filter((item) => nav.includes(item.id));
  const goTo: Group = { title: 'Go to', keys: places.map(({ key, label }) => [`g ${key}`, label]) };
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      size="lg"
      title="Keyboard"
      description={
        singleKeys
          ? 'Single keys rest while you type. Holding a key down never repeats it.'
          : 'Single keys are turned off in your settings; combinations still work.'
      }
    >
      <div className="grid gap-x-10 gap-y-6 sm:grid-cols-2">
        {[...onPages, goTo, everywhere].map((group) => (
          <section key={group.title}>
            <h3 className="border-line border-b pb-1 text-faint text-sm">{group.title}</h3>
            <dl>
              {group.keys.map(([keys, meaning]) => (
                <div key={keys} className="flex h-8 items-center justify-between gap-4 border-line border-b">
                  <dt>{meaning}</dt>
                  <dd className="text-muted">
                    <Kbd keys={keys} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
