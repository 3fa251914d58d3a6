'use client';

import { Ellipsis, LogOut, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Confirm } from '@/components/ui/confirm';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Menu } from '@/components/ui/menu';
import { Popover } from '@/components/ui/popover';
import { SegmentedControl } from '@/components/ui/segmented-control';
import { Select } from '@/components/ui/select';
import { Textarea } from '@/components/ui/textarea';
import { toast } from '@/components/ui/toast';
import { Toaster } from '@/components/ui/toaster';

export function DialogDemo() {
  const [open, setOpen] = useState(false);
  const [sheet, setSheet] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>Dialog</Button>
      <Button onClick={() => setSheet(true)}>Sheet</Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Reject this call"
        description="The agent learns your reason and what you want next."
        footer={
          <>
            <Button variant="ghost" onClick={() => setOpen(false)}>
              Cancel
            </Button>
            <Button variant="danger" kbd="mod+enter" onClick={() => setOpen(false)}>
              Reject
            </Button>
          </>
        }
      >
        <div className="grid gap-4">
          <Field label="Reason" required hint="Two or three sentences are enough.">
            <Textarea />
          </Field>
          <Field label="Then">
            <Select
              options={[
                { value: 'stop', label: 'Stop' },
                { value: 'ask', label: 'Ask first' },
              ]}
            />
          </Field>
        </div>
      </Dialog>
      <Dialog open={sheet} onOpenChange={setSheet} side="right" title="Event" description="As it was received.">
        <p className="text-muted">interaction.requires_action</p>
      </Dialog>
    </>
  );
}

export function PopoverDemo() {
  return (
    <Popover button={{ children: 'Popover' }} label="Columns" className="w-56">
      <div className="grid gap-2">
        <Checkbox label="Risk" defaultChecked />
        <Checkbox label="Agent" defaultChecked />
        <Checkbox label="Requester" />
      </div>
    </Popover>
  );
}

export function ConfirmDemo() {
  return (
    <Confirm
      button={{ children: 'Confirm', kbd: 'a' }}
      title="Approve this refund?"
      description="€1,249.50 leaves the account at once. It cannot be called back."
      confirmLabel="Approve"
      onConfirm={() => new Promise<void>((done) => setTimeout(done, 600))}
    />
  );
}

export function MenuDemo() {
  const [dense, setDense] = useState(true);
  return (
    <Menu
      label="More"
      align="start"
      button={{ 'aria-label': 'More', icon: <Ellipsis aria-hidden="true" />, children: null, className: 'px-2' }}
      items={[
        { heading: 'This rule' },
        { label: 'Edit', icon: <Pencil />, kbd: 'e' },
        { label: 'Dense rows', checked: dense, onSelect: () => setDense(!dense) },
        { label: 'Move up', disabled: true },
        'separator',
        { label: 'Sign out everywhere', detail: 'On every device but this one', icon: <LogOut /> },
        { label: 'Delete', icon: <Trash2 />, danger: true },
      ]}
    />
  );
}

export function ToastDemo() {
  return (
    <>
      <Button
        onClick={() =>
          toast('Approved', {
            tone: 'success',
            description: 'Sent to the agent in 10 s.',
            action: { label: 'Undo', onSelect: () => toast('Taken back') },
          })
        }
      >
        Toast
      </Button>
      <Toaster />
    </>
  );
}

export function SegmentedDemo() {
  const [view, setView] = useState<'fields' | 'raw' | 'both'>('fields');
  return (
    <SegmentedControl
      label="View"
      value={view}
      onValueChange={setView}
      options={[
        { value: 'fields', label: 'Fields' },
        { value: 'raw', label: 'Raw' },
        { value: 'both', label: 'Both' },
      ]}
      className="w-fit"
    />
  );
}
