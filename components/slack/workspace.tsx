'use client';

import { useActionState, useState, useTransition } from 'react';
import { channelAction, workspaceAction } from '@/app/(dashboard)/settings/slack/actions';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { Confirm } from '@/components/ui/confirm';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Panel } from '@/components/ui/panel';
import { Problem } from '@/components/ui/problem';
import { Status } from '@/components/ui/status';
import { toast } from '@/components/ui/toast';
import type { InstallationView } from '@/lib/slack/overview';
import { Said } from './forms';
import { Health } from './health';

const sources: Readonly<Record<string, string>> = {
  environment: 'token from the environment',
  settings: 'token from the settings',
  oauth: 'installed with one click',
};

/** One connected workspace: how it is, where approvals go, what can be done about it. */
export function Workspace({ installation }: { installation: InstallationView }) {
  const [problem, setProblem] = useState('');
  const [busy, start] = useTransition();
  const act = async (what: 'check' | 'test' | 'disconnect'): Promise<string | undefined> => {
    const answer = await workspaceAction(what, installation.id);
    if (!answer.ok) return answer.message;
    setProblem('');
    toast(answer.message, { tone: 'success' });
    return undefined;
  };
  const run = (what: 'check' | 'test') => start(async () => setProblem((await act(what)) ?? ''));
  const active = installation.status === 'active';
  return (
    <Panel
      title={installation.workspace}
      description={`${installation.place}, ${sources[installation.source] ?? installation.source}`}
      actions={
        active ? (
          <Status tone="success" glyph="check">
            Connected
          </Status>
        ) : (
          <Status tone="danger" glyph="warning">
            Disconnected
          </Status>
        )
      }
    >
      <div className="grid gap-4">
        {installation.message !== null && <Banner tone={active ? 'warning' : 'danger'}>{installation.message}</Banner>}
        <Problem text={problem} />
        {active && <Channel installation={installation} />}
        <Health health={installation} />
        {active && (
          <div className="flex flex-wrap items-center gap-3">
            <Button loading={busy} onClick={() => run('check')}>
              Check now
            </Button>
            <Button disabled={installation.channel === null} onClick={() => run('test')}>
              Send a test
            </Button>
            {installation.source !== 'environment' && (
              <Confirm
                button={{ children: 'Disconnect' }}
                danger
                title="Disconnect this workspace?"
                description="Its token is erased and its messages stay as they are. Approvals go on in the browser."
                confirmLabel="Disconnect"
                onConfirm={() => act('disconnect')}
              />
            )}
          </div>
        )}
      </div>
    </Panel>
  );
}

function Channel({ installation }: { installation: InstallationView }) {
  const [answer, submit, busy] = useActionState(channelAction, null);
  const { channel } = installation;
  // A form is emptied by its action; what was refused stays, to be corrected.
  const [typed, setTyped] = useState(channel?.id ?? '');
  const refused = answer?.ok === false;
  const hint =
    channel === null
      ? 'Without a channel, the linked people who may decide are asked one by one.'
      : channel.name === null
        ? 'Not checked'
        : refused
          ? `Approvals still go to #${channel.name}.`
          : `#${channel.name}`;
  return (
    <form action={submit} className="grid max-w-md gap-2">
      <input type="hidden" name="installation" value={installation.id} />
      <Field label="Channel for approvals" hint={hint} error={refused ? answer.message : undefined}>
        <span className="flex items-center gap-2">
          <Input
            name="channel"
            mono
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            placeholder="C…"
          />
          <Button type="submit" loading={busy}>
            Save
          </Button>
        </span>
      </Field>
      <Said answer={refused ? null : answer} />
    </form>
  );
}
