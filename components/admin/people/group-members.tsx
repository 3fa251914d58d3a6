'use client';

import { useState } from 'react';
import { setMembersAction } from '@/app/(dashboard)/people/groups/actions';
import { TaskDialog } from '@/components/admin/task-dialog';
import { Checkbox } from '@/components/ui/checkbox';
import { EmailText } from '@/components/ui/email-text';
import { SearchInput } from '@/components/ui/search-input';

type Choice = Readonly<{ id: string; name: string; email: string }>;

/** Who belongs to a group: everybody with a box, those in it ticked. */
export function GroupMembers({
  group,
  people,
  onClose,
}: {
  group: { id: string; name: string; members: readonly { id: string }[] };
  people: readonly Choice[];
  onClose: () => void;
}) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(group.members.map(({ id }) => id)));
  const [words, setWords] = useState('');
  const sought = words.trim().toLowerCase();
  const shown = people.filter(({ name, email }) => `${name} ${email}`.toLowerCase().includes(sought));
  const toggle = (id: string) =>
    setChosen((before) => {
      const after = new Set(before);
      if (!after.delete(id)) after.add(id);
      return after;
    });
  return (
    <TaskDialog
      dismissable={false}
      title={`Members of ${group.name}`}
      act="Save"
      done={chosen.size === 1 ? `${group.name} has one member` : `${group.name} has ${chosen.size} members`}
      beside={
        <span className="mr-auto text-muted text-sm tabular-nums" aria-live="polite">
          {chosen.size} chosen
        </span>
      }
      onAct={() => setMembersAction(group.id, [...chosen])}
      onClose={onClose}
    >
      <div className="grid gap-3">
        <SearchInput
          label="Find a person"
          className="w-full"
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        <ul className="h-72 overflow-y-auto rounded-md border border-line" aria-label="People">
          {shown.map((person) => (
            <li key={person.id} className="border-line border-b last:border-b-0">
              <Checkbox
                className="w-full px-3 py-2 hover:bg-hover"
                label={person.name}
                description={<EmailText>{person.email}</EmailText>}
                checked={chosen.has(person.id)}
                onChange={() => toggle(person.id)}
              />
            </li>
          ))}
          {shown.length === 0 && <li className="px-3 py-6 text-center text-muted">Nobody fits.</li>}
        </ul>
      </div>
    </TaskDialog>
  );
}
