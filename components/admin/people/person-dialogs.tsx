'use client';

import { useState, useTransition } from 'react';
import {
  changeRoleAction,
  erasePersonAction,
  resetPasswordAction,
  setActiveAction,
  setSeatAction,
} from '@/app/(dashboard)/people/actions';
import { SecretOnce } from '@/components/admin/secret-once';
import { TaskDialog } from '@/components/admin/task-dialog';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Problem } from '@/components/ui/problem';
import { RadioGroup } from '@/components/ui/radio-group';
import { type Role, roles, roleText } from '@/lib/domain/person';
import type { ShownPerson } from './people-table';
import { lastDay } from './seat';

type DialogOf = Readonly<{ person: ShownPerson; onClose: () => void }>;

/** The last day on which an auditor's seat is open. */
export function SeatDialog({ person, onClose }: DialogOf) {
  const [day, setDay] = useState(
    person.seatEndsAt === null ? '' : lastDay(person.seatEndsAt).toISOString().slice(0, 10),
  );
  return (
    <TaskDialog
      size="sm"
      title={`Seat of ${person.name}`}
      act="Save"
      done={day === '' ? `The seat of ${person.name} has no end` : `${person.name} has access through ${day}`}
      onAct={() => setSeatAction(person.id, day)}
      onClose={onClose}
    >
      <Field
        label="Last day"
        optional
        hint="After it (UTC) nothing is open to them, in the browser and through the API."
      >
        <Input type="date" value={day} onChange={(event) => setDay(event.target.value)} />
      </Field>
    </TaskDialog>
  );
}

export function RoleDialog({ person, onClose }: DialogOf) {
  const [role, setRole] = useState<Role>(person.role);
  return (
    <TaskDialog
      title={`Role of ${person.name}`}
      act="Change the role"
      done={`${person.name} is now ${roleText[role].name.toLowerCase()}`}
      onAct={() => changeRoleAction(person.id, role)}
      onClose={onClose}
    >
      <RadioGroup
        legend="Role"
        legendHidden
        boxed
        value={role}
        onValueChange={setRole}
        options={roles.map((one) => ({ value: one, label: roleText[one].name, description: roleText[one].can }))}
      />
    </TaskDialog>
  );
}

export function DeactivateDialog({ person, onClose }: DialogOf) {
  return (
    <TaskDialog
      size="sm"
      danger
      title={`Deactivate ${person.name}?`}
      act="Deactivate"
      done={`${person.name} is deactivated`}
      onAct={() => setActiveAction(person.id, false)}
      onClose={onClose}
    >
      <p className="text-muted">
        Their sessions end and their API keys stop at once. What they decided stays on record. You can let them in again
        at any time.
      </p>
    </TaskDialog>
  );
}

/** Takes who somebody is out of every record, once their address has been typed. */
export function EraseDialog({ person, onClose }: DialogOf) {
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  return (
    <TaskDialog
      size="sm"
      danger
      dismissable={false}
      title={`Erase who ${person.name} is?`}
      act="Erase for good"
      done="The account is closed; the history is being cleared of it"
      disabled={typed.trim() !== person.email || reason.trim().length < 3}
      onAct={() => erasePersonAction(person.id, reason)}
      onClose={onClose}
    >
      <p className="text-muted">
        The account closes at once and for good. Name, address, IP addresses and devices are taken out of the history
        and of every other record. What was decided stays, as that of an erased person, and the history still verifies.
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
    </TaskDialog>
  );
}

/** Makes a new password, which is shown this once. */
export function PasswordDialog({ person, onClose }: DialogOf) {
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
