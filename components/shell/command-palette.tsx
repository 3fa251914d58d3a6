'use client';

import { Command as Cmdk } from 'cmdk';
import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { useSyncExternalStore } from 'react';
import { Dialog } from '../ui/dialog';
import { Kbd } from '../ui/kbd';
import { type Command, readCommands, subscribeToCommands } from './commands';
import { type NavId, navItems } from './nav';

const none: readonly Command[] = [];

export default function CommandPalette({
  open,
  onOpenChange,
  nav,
  onKeyboardSheet,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  nav: readonly NavId[];
  onKeyboardSheet: () => void;
}) {
  const router = useRouter();
  const offered = useSyncExternalStore(subscribeToCommands, readCommands, () => none);
  const commands: Command[] = [
    ...offered,
    ...navItems
      .filter((item) => nav.includes(item.id))
      .map((item) => ({ id: item.id, label: item.label, group: 'Go to', kbd: `g ${item.key}`, href: item.href })),
    { id: 'keyboard', label: 'Keyboard shortcuts', group: 'Help', kbd: '?', run: onKeyboardSheet },
  ];
  const choose = (command: Command) => {
    onOpenChange(false);
    if (command.href !== undefined) router.push(command.href as Route);
    // The dialog gives the focus back first; what the command opens may then take it.
    else setTimeout(() => command.run?.());
  };
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Find or go to" titleHidden flush>
      <Cmdk label="Find or go to" loop>
        <Cmdk.Input
          placeholder="Find or go to"
          className="h-12 w-full border-line border-b bg-transparent px-4 text-lg outline-none"
        />
        <Cmdk.List className="h-80 overflow-y-auto p-1">
          <Cmdk.Empty className="px-3 py-8 text-center text-muted">Nothing by that name.</Cmdk.Empty>
          {[...new Set(commands.map((command) => command.group))].map((group) => (
            <Cmdk.Group
              key={group}
              heading={group}
              className="[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:py-2 [&_[cmdk-group-heading]]:text-faint [&_[cmdk-group-heading]]:text-xs"
            >
              {commands
                .filter((command) => command.group === group)
                .map((command) => (
                  <Cmdk.Item
                    key={command.id}
                    value={`${command.group} ${command.label} ${command.id}`}
                    onSelect={() => choose(command)}
                    className="flex h-9 cursor-pointer items-center gap-3 rounded-md px-3 data-[selected=true]:bg-selected pointer-coarse:h-11"
                  >
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
        </Cmdk.List>
      </Cmdk>
    </Dialog>
  );
}
