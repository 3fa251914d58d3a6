'use client';

import { Mail } from 'lucide-react';
import { type FormEvent, useId, useState, useTransition } from 'react';
import { inviteAction } from '@/app/(dashboard)/people/invitation-actions';
import { SecretOnce } from '@/components/admin/secret-once';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Problem } from '@/components/ui/problem';
import { RadioGroup } from '@/components/ui/radio-group';
import { type Role, roles, roleText } from '@/lib/domain/person';

/** The button that invites somebody, with its dialog: a form first, then the link that is shown once. */
export function Invite({ groups }: { groups: readonly { id: string; name: string }[] }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="primary" icon={<Mail aria-hidden="true" />} onClick={() => setOpen(true)}>
        Invite
      </Button>
      {open && <InviteDialog groups={groups} onClose={() => setOpen(false)} />}
    </>
  );
}

function InviteDialog({ groups, onClose }: { groups: readonly { id: string; name: string }[]; onClose: () => void }) {
  const form = useId();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('reviewer');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [problem, setProblem] = useState({ message: '', email: '' });
  const [link, setLink] = useState<string | null>(null);
  const [busy, start] = useTransition();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start(async () => {
      const answer = await inviteAction({ email, role, groupIds: [...chosen] });
      if (answer.kind === 'done') setLink(answer.link);
      else
        setProblem({
          message: answer.field === 'email' ? '' : answer.message,
          email: answer.field === 'email' ? answer.message : '',
        });
    });
  };
  if (link !== null) return <LinkDialog title={`Invitation for ${email.trim()}`} link={link} onClose={onClose} />;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      dismissable={false}
      title="Invite somebody"
      description="You get a link to hand over. Nothing is sent by e-mail."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" loading={busy}>
            Make the link
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} noValidate className="grid gap-4">
        <Problem text={problem.message} />
        <Field label="E-mail address" error={problem.email}>
          <Input
            type="email"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={254}
            required
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        </Field>
        <RadioGroup
          legend="Role"
          boxed
          value={role}
          onValueChange={setRole}
          options={roles.map((one) => ({ value: one, label: roleText[one].name, description: roleText[one].can }))}
        />
        {groups.length > 0 && (
          <fieldset className="grid gap-2">
            <legend className="mb-1 font-medium text-sm">Groups</legend>
            {groups.map((group) => (
              <Checkbox
                key={group.id}
                label={group.name}
                checked={chosen.includes(group.id)}
                onChange={() =>
                  setChosen(chosen.includes(group.id) ? chosen.filter((id) => id !== group.id) : [...chosen, group.id])
                }
              />
            ))}
          </fieldset>
        )}
      </form>
    </Dialog>
  );
}

/** The link of an invitation, shown this once. */
export function LinkDialog({ title, link, onClose }: { title: string; link: string; onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      dismissable={false}
      title={title}
      footer={
        <Button variant="primary" data-autofocus onClick={onClose}>
          Done
        </Button>
      }
    >
      <SecretOnce label="Link" value={link}>
        It is shown this once. No e-mail is sent: hand it over yourself. It works once, for seven days.
      </SecretOnce>
    </Dialog>
  );
}
