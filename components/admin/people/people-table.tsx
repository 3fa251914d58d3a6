'use client';

import { MoreHorizontal } from 'lucide-react';
import { useState, useTransition } from 'react';
import { setActiveAction } from '@/app/(dashboard)/people/actions';
import { Avatar } from '@/components/ui/avatar';
import { Menu, type MenuItem } from '@/components/ui/menu';
import { Status } from '@/components/ui/status';
import { DataCell, HeadCell, Row, Table, TableBody, TableHead } from '@/components/ui/table';
import { Time } from '@/components/ui/time';
import { toast } from '@/components/ui/toast';
import { type Role, roleText } from '@/lib/domain/person';
import { DeactivateDialog, EraseDialog, PasswordDialog, RoleDialog, SeatDialog } from './person-dialogs';
import { lastDay } from './seat';

export type ShownPerson = Readonly<{
  id: string;
  name: string;
  email: string;
  role: Role;
  active: boolean;
  signedInAt: Date | null;
  seatEndsAt: Date | null;
  seatOver: boolean;
  erased: boolean;
}>;

type Task = { kind: 'role' | 'seat' | 'deactivate' | 'password' | 'erase'; person: ShownPerson };

/** The people, with what an admin can do about each. Without `manage` it is a list alone. */
export function PeopleTable({
  people,
  ownId,
  manage,
}: {
  people: readonly ShownPerson[];
  ownId: string;
  manage: boolean;
}) {
  const [task, setTask] = useState<Task | null>(null);
  const close = () => setTask(null);
  const [, startTask] = useTransition();
  const reactivate = (person: ShownPerson) =>
    startTask(async () => {
      const answer = await setActiveAction(person.id, true);
      toast(answer.ok ? `${person.name} can sign in again` : answer.message, {
        tone: answer.ok ? 'success' : 'danger',
      });
    });
  const itemsOf = (person: ShownPerson): MenuItem[] => [
    { label: 'Change the role', onSelect: () => setTask({ kind: 'role', person }) },
    ...(person.role === 'auditor'
      ? [{ label: 'Set the last day', onSelect: () => setTask({ kind: 'seat', person }) }]
      : []),
    person.id === ownId
      ? { label: 'Change your password', href: '/account' }
      : { label: 'Set a new password', onSelect: () => setTask({ kind: 'password', person }) },
    { label: 'Sessions and second factor', href: `/people/${person.id}` },
    'separator',
    person.active || person.seatEndsAt !== null
      ? { label: 'Deactivate', danger: true, onSelect: () => setTask({ kind: 'deactivate', person }) }
      : { label: 'Let in again', onSelect: () => reactivate(person) },
    ...(person.id === ownId
      ? []
      : [{ label: 'Erase who this is', danger: true, onSelect: () => setTask({ kind: 'erase', person }) }]),
  ];
  return (
    <>
      <Table label="People">
        <TableHead>
          <HeadCell>Name</HeadCell>
          <HeadCell className="w-28">Role</HeadCell>
          <HeadCell className="w-36" hideBelow="sm">
            State
          </HeadCell>
          <HeadCell className="w-36" hideBelow="md">
            Signed in
          </HeadCell>
          {manage && (
            <HeadCell className="w-14">
              <span className="sr-only">Actions</span>
            </HeadCell>
          )}
        </TableHead>
        <TableBody>
          {people.map((person) => (
            <Row key={person.id} className="h-14">
              <DataCell>
                <span className="flex min-w-0 items-center gap-3">
                  <Avatar name={person.name} className="max-sm:hidden" />
                  <span className="min-w-0 leading-5">
                    <span className="flex items-center gap-2">
                      <span className="truncate font-medium">{person.name}</span>
                      {person.id === ownId && <span className="text-faint text-sm">you</span>}
                    </span>
                    <span className="block truncate text-faint text-sm">
                      {person.erased ? person.id : person.email}
                    </span>
                    {(!person.active || person.seatEndsAt !== null) && (
                      <span className="text-xs sm:hidden">
                        <PersonState person={person} />
                      </span>
                    )}
                  </span>
                </span>
              </DataCell>
              <DataCell>{roleText[person.role].name}</DataCell>
              <DataCell hideBelow="sm">
                <PersonState person={person} />
              </DataCell>
              <DataCell hideBelow="md" muted>
                {person.signedInAt === null ? 'Not now' : <Time value={person.signedInAt} />}
              </DataCell>
              {manage && (
                <DataCell align="right" className="overflow-visible pr-3 pl-0">
                  {!person.erased && (
                    <Menu
                      label={`What to do about ${person.name}`}
                      items={itemsOf(person)}
                      button={{
                        variant: 'ghost',
                        size: 'sm',
                        'aria-label': `Actions for ${person.name}`,
                        className: 'w-8 px-0',
                        children: <MoreHorizontal aria-hidden="true" />,
                      }}
                    />
                  )}
                </DataCell>
              )}
            </Row>
          ))}
        </TableBody>
      </Table>
      {task?.kind === 'role' && <RoleDialog person={task.person} onClose={close} />}
      {task?.kind === 'seat' && <SeatDialog person={task.person} onClose={close} />}
      {task?.kind === 'deactivate' && <DeactivateDialog person={task.person} onClose={close} />}
      {task?.kind === 'erase' && <EraseDialog person={task.person} onClose={close} />}
      {task?.kind === 'password' && <PasswordDialog person={task.person} onClose={close} />}
    </>
  );
}

function PersonState({ person }: { person: ShownPerson }) {
  const { seatEndsAt, active } = person;
  if (active && seatEndsAt === null)
    return (
      <Status tone="success" glyph="dot">
        Active
      </Status>
    );
  if (person.erased) return <Status glyph="slash">Erased</Status>;
  if (seatEndsAt === null || (!active && !person.seatOver)) return <Status glyph="slash">Deactivated</Status>;
  return active ? (
    <Status tone="success" glyph="clock">
      Until {dayOf(lastDay(seatEndsAt))}
    </Status>
  ) : (
    <Status glyph="slash">Ended {dayOf(lastDay(seatEndsAt))}</Status>
  );
}

const dayOf = (instant: Date) =>
  instant.toLocaleDateString('en', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
