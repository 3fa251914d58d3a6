'use client';

import { type FormEvent, useId, useState, useTransition } from 'react';
import { saveGroupAction } from '@/app/(dashboard)/people/groups/actions';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { toast } from '@/components/ui/toast';

/** Names a group: a new one, or the one that is given. */
export function GroupDialog({
  group,
  onClose,
}: {
  group: { id: string; name: string; description: string } | null;
  onClose: () => void;
}) {
  const form = useId();
  const [name, setName] = useState(group?.name ?? '');
  const [description, setDescription] = useState(group?.description ?? '');
  const [problem, setProblem] = useState('');
  const [busy, start] = useTransition();
  const save = (event: FormEvent) => {
    event.preventDefault();
    start(async () => {
      const answer = await saveGroupAction(group?.id ?? null, name, description);
      if (!answer.ok) return setProblem(answer.message);
      toast(group === null ? `The group ${name.trim()} is made` : 'Group changed', { tone: 'success' });
      onClose();
    });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      dismissable={false}
      size="sm"
      title={group === null ? 'New group' : `Group ${group.name}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" loading={busy}>
            {group === null ? 'Make the group' : 'Save'}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={save} noValidate className="grid gap-4">
        <Field label="Name" error={problem} hint="Rules name a group by it.">
          <Input
            value={name}
            maxLength={60}
            autoComplete="off"
            required
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <Field label="What it is for" optional>
          <Input
            value={description}
            maxLength={200}
            autoComplete="off"
            onChange={(event) => setDescription(event.target.value)}
          />
        </Field>
      </form>
    </Dialog>
  );
}
