'use client';

import { useState, useTransition } from 'react';
import { changeSettingsAction } from '@/app/(dashboard)/settings/actions';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { toast } from '@/components/ui/toast';

type LogSettings = Readonly<{ checkpointMinutes: number; auditChannel: string }>;

const longestMinutes = 24 * 60;

/** How often the audit log is signed, and the Slack channel that keeps what was signed. */
export function LogForm({ settings }: { settings: LogSettings }) {
  const [minutes, setMinutes] = useState(String(settings.checkpointMinutes));
  const [channel, setChannel] = useState(settings.auditChannel);
  const [saving, start] = useTransition();
  const checkpointMinutes = Number(minutes);
  const auditChannel = channel.trim();
  const rightMinutes =
    Number.isInteger(checkpointMinutes) && checkpointMinutes >= 1 && checkpointMinutes <= longestMinutes;
  const rightChannel = /^(([TE][A-Z0-9]{2,}\/)?[CG][A-Z0-9]{2,})?$/.test(auditChannel);
  const changed = checkpointMinutes !== settings.checkpointMinutes || auditChannel !== settings.auditChannel;
  return (
    <form
      noValidate
      className="grid max-w-md gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!rightMinutes || !rightChannel || !changed) return;
        start(async () => {
          const answer = await changeSettingsAction({ checkpointMinutes, auditChannel });
          toast(answer.message, { tone: answer.ok ? 'success' : 'danger', id: 'settings' });
        });
      }}
    >
      <Field
        label="Sign a checkpoint every"
        error={!rightMinutes && `Give whole minutes from 1 to ${longestMinutes}.`}
        hint="While the log grows. What was changed before a checkpoint that you keep elsewhere is always found."
      >
        <Input
          inputMode="numeric"
          className="w-36"
          suffix="min"
          value={minutes}
          onChange={(event) => setMinutes(event.target.value)}
        />
      </Field>
      <Field
        label="Slack channel that keeps checkpoints"
        error={!rightChannel && 'Give the channel’s id, like C0123456789, with its workspace T…/ before it if need be.'}
        hint="At most one message an hour. Leave it empty for none."
      >
        <Input className="w-72" mono value={channel} onChange={(event) => setChannel(event.target.value)} />
      </Field>
      <div>
        <Button type="submit" loading={saving} disabled={!rightMinutes || !rightChannel || !changed}>
          Save
        </Button>
      </div>
    </form>
  );
}
