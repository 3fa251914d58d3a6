'use client';

import { MoreHorizontal } from 'lucide-react';
import { useState, useTransition } from 'react';
import {
  changeRoleAction,
  erasePersonAction,
  resetPasswordAction,
  setActiveAction,
  setSeatAction,
} from '@/app/(dashboard)/people/actions';
import { SecretOnce } from '@/components/admin/secret-once';
import { Avatar } from '@/components/ui/avatar';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Menu, type MenuItem } from '@/components/ui/menu';
import { Problem } from '@/components/ui/problem';
import { RadioGroup } from '@/components/ui/radio-group';
import { Status } from '@/components/ui/status';
import { DataCell, HeadCell, Row, Table, TableBody, TableHead } from '@/components/ui/table';
import { Time } from '@/components/ui/time';
import { toast } from '@/components/ui/toast';
import { type Role, roles, roleText } from '@/lib/domain/person';

export type ShownPerson = Readonly<{
  id: string;
  name: string;
  email: string;
  role: Role;
  active: boolean;
  signedInAt: Date | null;
  seatEndsAt: Date | null;
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
      {task?.kind === 'role' && <RoleDialog person={task.person} onClose={() => setTask(null)} />}
      {task?.kind === 'seat' && <SeatDialog person={task.person} onClose={() => setTask(null)} />}
      {task?.kind === 'deactivate' && <DeactivateDialog person={task.person} onClose={() => setTask(null)} />}
      {task?.kind === 'erase' && <EraseDialog person={task.person} onClose={() => setTask(null)} />}
      {task?.kind === 'password' && <PasswordDialog person={task.person} onClose={() => setTask(null)} />}
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
  if (seatEndsAt === null) return <Status glyph="slash">Deactivated</Status>;
  return active ? (
    <Status tone="success" glyph="clock">
      Until {dayOf(lastDay(seatEndsAt))}
    </Status>
  ) : (
    <Status glyph="slash">Ended {dayOf(lastDay(seatEndsAt))}</Status>
  );
}

const lastDay = (end: Date) => new Date(end.getTime() - 1);
const dayOf = (instant: Date) =>
  instant.toLocaleDateString('en', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

function SeatDialog({ person, onClose }: { person: ShownPerson; onClose: () => void }) {
  const [day, setDay] = useState(
    person.seatEndsAt === null ? '' : lastDay(person.seatEndsAt).toISOString().slice(0, 10),
  );
  const [problem, setProblem] = useState('');
  const [busy, start] = useTransition();
  const save = () =>
    start(async () => {
      const answer = await setSeatAction(person.id, day);
      if (!answer.ok) return setProblem(answer.message);
      toast(day === '' ? `The seat of ${person.name} has no end` : `${person.name} has access through ${day}`, {
        tone: 'success',
      });
      onClose();
    });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="sm"
      title={`Seat of ${person.name}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" loading={busy} onClick={save}>
            Save
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <Problem text={problem} />
        <Field
          label="Last day"
          optional
          hint="After it (UTC) nothing is open to them, in the browser and through the API."
        >
          <Input type="date" value={day} onChange={(event) => setDay(event.target.value)} />
        </Field>
      </div>
    </Dialog>
  );
}

function RoleDialog({ person, onClose }: { person: ShownPerson; onClose: () => void }) {
  const [role, setRole] = useState<Role>(person.role);
  const [problem, setProblem] = useState('');
  const [busy, start] = useTransition();
  const save = () =>
    start(async () => {
      const answer = await changeRoleAction(person.id, role);
      if (!answer.ok) return setProblem(answer.message);
      toast(`${person.name} is now ${roleText[role].name.toLowerCase()}`, { tone: 'success' });
      onClose();
    });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Role of ${person.name}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" loading={busy} onClick={save}>
            Change the role
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <Problem text={problem} />
        <RadioGroup
          legend="Role"
          legendHidden
          boxed
          value={role}
          onValueChange={setRole}
          options={roles.map((one) => ({ value: one, label: roleText[one].name, description: roleText[one].can }))}
        />
      </div>
    </Dialog>
  );
}

function DeactivateDialog({ person, onClose }: { person: ShownPerson; onClose: () => void }) {
  const [problem, setProblem] = useState('');
  const [busy, start] = useTransition();
  const deactivate = () =>
    start(async () => {
      const answer = await setActiveAction(person.id, false);
      if (!answer.ok) return setProblem(answer.message);
      toast(`${person.name} is deactivated`, { tone: 'success' });
      onClose();
    });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="sm"
      title={`Deactivate ${person.name}?`}
      footer={
        <>
          <Button onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button variant="danger" loading={busy} onClick={deactivate}>
            Deactivate
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <Problem text={problem} />
        <p className="text-muted">
          Their sessions end and their API keys stop at once. What they decided stays on record. You can let them in
          again at any time.
        </p>
      </div>
    </Dialog>
  );
}

function EraseDialog({ person, onClose }: { person: ShownPerson; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState('');
  const [busy, start] = useTransition();
  const erase = () =>
    start(async () => {
      const answer = await erasePersonAction(person.id, reason);
      if (!answer.ok) return setProblem(answer.message);
      toast('The account is closed; the history is being cleared of it', { tone: 'success' });
      onClose();
    });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="sm"
      dismissable={false}
      title={`Erase who ${person.name} is?`}
      footer={
        <>
          <Button onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button
            variant="danger"
            loading={busy}
            disabled={typed.trim() !== person.email || reason.trim().length < 3}
            onClick={erase}
          >
            Erase for good
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <Problem text={problem} />
        <p className="text-muted">
          The account closes at once and for good. Name, address, IP addresses and devices are taken out of the history
          and of every other record. What was decided stays, as that of an erased person, and the history still
          verifies.
        </p>
        <Field label="Reason" required hint="It stays in the history. Leave the name out of it.">
          <Input value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
        </Field>
        <Field label={`Type ${person.email} to confirm`} required>
          <Input
            value={typed}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            onChange={(event) => setTyped(event.target.value)}
          />
        </Field>
      </div>
    </Dialog>
  );
}

function PasswordDialog({ person, onClose }: { person: ShownPerson; onClose: () => void }) {
  const [password, setPassword] = useState<string | null>(null);
  const [problem, setProblem] = useState('');
  const [busy, start] = useTransition();
  const reset = () =>
    start(async () => {
      const answer = await resetPasswordAction(person.id);
      if (!answer.ok) return setProblem(answer.message);
      setPassword(answer.password ?? null);
    });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="sm"
      dismissable={password === null}
      title={`New password for ${person.name}`}
      footer={
        password === null ? (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button variant="primary" loading={busy} onClick={reset}>
              Set a new password
            </Button>
          </>
        ) : (
          <Button variant="primary" onClick={onClose}>
            Done
          </Button>
        )
      }
    >
      <div className="grid gap-4">
        <Problem text={problem} />
        {password === null ? (
          <p className="text-muted">
            A password is made and shown to you once. The one they have now stops working, and their sessions end.
          </p>
        ) : (
          <SecretOnce label="Password" value={password} />
        )}
      </div>
    </Dialog>
  );
}
