'use client';

import { Dialog } from '../ui/dialog';
import { Kbd } from '../ui/kbd';

const groups: { title: string; keys: [string, string][] }[] = [
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
  {
    title: 'Go to',
    keys: [
      ['g i', 'Inbox'],
      ['g r', 'Runs'],
      ['g e', 'Events'],
      ['g u', 'Audit'],
      ['g a', 'Agents'],
      ['g p', 'People'],
      ['g s', 'Settings'],
      ['g h', 'Health'],
    ],
  },
  {
    title: 'Everywhere',
    keys: [
      ['mod+k', 'Find or go to'],
      ['?', 'This sheet'],
      ['esc', 'Close'],
    ],
  },
];

export default function KeyboardSheet({
  open,
  onOpenChange,
  singleKeys,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  singleKeys: boolean;
}) {
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
        {groups.map((group) => (
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
