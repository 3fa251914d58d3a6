'use client';

import { type ReactNode, useActionState, useState } from 'react';
import {
  agentChannelAction,
  connectAction,
  mapAction,
  optionsAction,
  saveAppAction,
} from '@/app/(dashboard)/settings/slack/actions';
import { useSavedAtOnce } from '@/components/admin/use-saved-at-once';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { SegmentedControl } from '@/components/ui/segmented-control';
import { Select } from '@/components/ui/select';
import { Switch } from '@/components/ui/switch';
import { Tier } from '@/components/ui/tier';
import { tierText } from '@/lib/domain/tier';

type Answer = { ok: boolean; message: string };

/** What came of the last submit, beside the button that sent it. */
export function Said({ answer }: { answer: Answer | null }) {
  return (
    <span role="status" className={answer?.ok === false ? 'text-danger text-sm' : 'text-muted text-sm'}>
      {answer?.message}
    </span>
  );
}

function Row({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap items-center gap-3">{children}</div>;
}

/** Ids and secrets of the Slack app; what is left empty stays. */
export function AppForm() {
  const [answer, submit, busy] = useActionState(saveAppAction, null);
  return (
    <form action={submit} className="grid gap-3">
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="App id">
          <Input name="appId" mono placeholder="A…" />
        </Field>
        <Field label="Client id">
          <Input name="clientId" mono />
        </Field>
        <Field label="Client secret">
          <Input name="clientSecret" type="password" mono />
        </Field>
        <Field label="Signing secret">
          <Input name="signingSecret" type="password" mono />
        </Field>
      </div>
      <Row>
        <Button type="submit" loading={busy}>
          Save
        </Button>
        <Said answer={answer} />
      </Row>
    </form>
  );
}

/** Connects a workspace by its bot token. */
export function ConnectForm() {
  const [answer, submit, busy] = useActionState(connectAction, null);
  return (
    <form action={submit} className="grid max-w-md gap-3">
      <Field
        label="Bot token"
        hint="From the app’s page at Slack, under OAuth & Permissions, after installing it there. It is tried before it is kept."
      >
        <Input name="token" type="password" mono placeholder="xoxb-…" />
      </Field>
      <Row>
        <Button type="submit" loading={busy}>
          Connect
        </Button>
        <Said answer={answer} />
      </Row>
    </form>
  );
}

/** The channel of one agent; empty: the default one. */
export function AgentChannelForm({ agent }: { agent: { id: string; name: string; channel: string | null } }) {
  const [answer, submit, busy] = useActionState(agentChannelAction, null);
  const [typed, setTyped] = useState(agent.channel ?? '');
  const refused = answer?.ok === false;
  return (
    <form action={submit} className="grid max-w-md gap-1">
      <input type="hidden" name="agent" value={agent.id} />
      <Field label={agent.name} error={refused ? answer.message : undefined}>
        <span className="flex items-center gap-2">
          <Input
            name="channel"
            mono
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            placeholder="Default"
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

/** Says whose a Slack account is. */
export function MapForm({ installations }: { installations: readonly { id: string; workspace: string }[] }) {
  const [answer, submit, busy] = useActionState(mapAction, null);
  return (
    <form action={submit} className="grid gap-3 border-line border-t pt-4">
      <div className="grid gap-3 sm:grid-cols-3">
        <Field label="Workspace">
          <Select
            name="installation"
            options={installations.map(({ id, workspace }) => ({ value: id, label: workspace }))}
          />
        </Field>
        <Field label="Slack member id">
          <Input name="slackUserId" mono placeholder="U…" />
        </Field>
        <Field label="E-mail address here">
          <Input name="email" type="email" />
        </Field>
      </div>
      <Row>
        <Button type="submit" loading={busy}>
          Link for somebody
        </Button>
        <Said answer={answer} />
      </Row>
    </form>
  );
}

type TierMode = 'decide' | 'view' | 'off';
type Options = Readonly<{
  emailMatch: boolean;
  emailDomains: readonly string[];
  hideArguments: boolean;
  tiers: Readonly<{ 1: TierMode; 2: TierMode; 3: 'view' | 'off'; 4: 'view' | 'off' }>;
}>;

const tierModes: readonly { value: TierMode; label: string }[] = [
  { value: 'decide', label: 'Decide' },
  { value: 'view', label: 'View only' },
  { value: 'off', label: 'Off' },
];

/** What holds for Slack in every workspace; switches are saved at once. */
export function OptionsForm({ options }: { options: Options }) {
  const [shown, save] = useSavedAtOnce(options, 'slack-options');
  const [domains, setDomains] = useState(options.emailDomains.join(' '));
  const change = (changes: Partial<Options>) => save({ ...shown, ...changes }, () => optionsAction(changes));
  return (
    <div className="grid gap-6">
      <fieldset className="grid gap-2">
        <legend className="mb-2">
          What Slack may do
          <span className="block text-faint text-sm">
            View only: posted, decided in the browser. Off: not posted. What cannot be taken back, or is regulated, is
            never decided in Slack.
          </span>
        </legend>
        <ul className="grid max-w-md gap-2">
          {([1, 2, 3, 4] as const).map((tier) => (
            <li key={tier} className="flex flex-wrap items-center gap-x-4 gap-y-1">
              <Tier tier={tier} className="w-28" />
              <SegmentedControl
                label={`Calls of the risk “${tierText[tier].name}” in Slack`}
                value={shown.tiers[tier]}
                options={tier < 3 ? tierModes : tierModes.slice(1)}
                onValueChange={(mode) => change({ tiers: { ...shown.tiers, [tier]: mode } })}
              />
            </li>
          ))}
        </ul>
      </fieldset>
      <Switch
        label="Hide arguments in Slack"
        description="Of every function; one alone can be hidden where it is described. Messages show the function, the risk and a link, and approving takes the browser."
        checked={shown.hideArguments}
        onCheckedChange={(hideArguments) => change({ hideArguments })}
      />
      <Switch
        label="Match accounts by e-mail"
        description="Links a full member of the workspace whose confirmed address is exactly one person’s here. On free Slack plans people can change their own address, so this proves less than the link flow."
        checked={shown.emailMatch}
        onCheckedChange={(emailMatch) => change({ emailMatch })}
      />
      <form
        noValidate
        className="grid max-w-md gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          change({
            emailDomains: domains
              .toLowerCase()
              .split(/[\s,]+/)
              .filter((domain) => domain !== ''),
          });
        }}
      >
        <Field label="Domains for matching" hint="Without any, nobody is matched.">
          <span className="flex items-center gap-2">
            <Input value={domains} placeholder="example.com" onChange={(event) => setDomains(event.target.value)} />
            <Button type="submit">Save</Button>
          </span>
        </Field>
      </form>
    </div>
  );
}
