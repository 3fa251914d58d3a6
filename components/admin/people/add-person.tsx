'use client';

import { UserPlus } from 'lucide-react';
import { useActionState, useId, useState } from 'react';
import { type AddedPerson, addPersonAction } from '@/app/(dashboard)/people/actions';
import { SecretOnce } from '@/components/admin/secret-once';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { EmailText } from '@/components/ui/email-text';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { RadioGroup } from '@/components/ui/radio-group';
import { type Role, roles, roleText } from '@/lib/domain/person';

/** The button that adds a person, with its dialog: a form first, then the password that is shown once. */
export function AddPerson() {
  const [open, setOpen] = useState(false);
  const [round, setRound] = useState(0);
  return (
    <>
      <Button icon={<UserPlus aria-hidden="true" />} onClick={() => setOpen(true)}>
        Add a person
      </Button>
      <AddPersonDialog
        key={round}
        open={open}
        onOpenChange={(next) => {
          setOpen(next);
          if (!next) setRound(round + 1); // the next one begins empty
        }}
      />
    </>
  );
}

const untouched: AddedPerson = { kind: 'untouched' };

function AddPersonDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const [state, action, pending] = useActionState(addPersonAction, untouched);
  const form = useId();
  const [role, setRole] = useState<Role>('reviewer');
  if (state.kind === 'added') {
    return (
      <Dialog
        open={open}
        onOpenChange={onOpenChange}
        dismissable={false}
        title={`${state.name} can sign in`}
        footer={
          <Button variant="primary" data-autofocus onClick={() => onOpenChange(false)}>
            Done
          </Button>
        }
      >
        <div className="grid gap-4">
          <SecretOnce label="Password" value={state.password}>
            It is shown this once. Hand it over safely; it can be changed under Account.
          </SecretOnce>
          <p className="text-muted">
            They sign in as{' '}
            <span className="font-medium text-ink">
              <EmailText>{state.email}</EmailText>
            </span>{' '}
            at <span className="wrap-anywhere font-medium text-ink">{state.address}</span>.
          </p>
        </div>
      </Dialog>
    );
  }
  const failed = state.kind === 'failed' ? state : null;
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      dismissable={false}
      title="Add a person"
      description="They get a password that you hand over. Nothing is sent by e-mail."
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" loading={pending}>
            Add
          </Button>
        </>
      }
    >
      <form id={form} action={action} noValidate className="grid gap-4">
        {failed !== null && failed.message !== '' && (
          <Banner tone="danger" live>
            {failed.message}
          </Banner>
        )}
        <Field label="Name" error={failed?.errors.name}>
          <Input name="name" autoComplete="off" maxLength={100} required defaultValue={failed?.values.name} />
        </Field>
        <Field label="E-mail address" error={failed?.errors.email}>
          <Input
            name="email"
            type="email"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={254}
            required
            defaultValue={failed?.values.email}
          />
        </Field>
        <RadioGroup
          legend="Role"
          name="role"
          boxed
          error={failed?.errors.role}
          value={role}
          onValueChange={setRole}
          options={roles.map((one) => ({ value: one, label: roleText[one].name, description: roleText[one].can }))}
        />
        {role === 'auditor' && (
          <Field
            label="Last day"
            optional
            hint="Access ends by itself after it (UTC)."
            error={failed?.errors.seatEndsAt}
          >
            <Input name="lastDay" type="date" defaultValue={failed?.values.lastDay} />
          </Field>
        )}
      </form>
    </Dialog>
  );
}
