'use client';

import { useState, useTransition } from 'react';
import { type AgentAnswer, type AgentDraft, type AgentField, saveAgentAction } from '@/app/(dashboard)/agents/actions';
import { JsonField } from '@/components/admin/json-field';
import { readJsonText } from '@/components/admin/json-text';
import { Badge } from '@/components/ui/badge';
import { Button, ButtonLink } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Disclosure } from '@/components/ui/disclosure';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Panel } from '@/components/ui/panel';
import { Problem } from '@/components/ui/problem';
import { RadioGroup } from '@/components/ui/radio-group';
import { Textarea } from '@/components/ui/textarea';

const untouched: AgentAnswer = { ok: true, message: '', problems: {} };

/** Everything about an agent. `saved` names the version that the draft began from; null makes a new agent. */
export function AgentForm({
  saved,
  draft: initial,
}: {
  saved: { id: string; version: number } | null;
  draft: AgentDraft;
}) {
  const [draft, setDraft] = useState(initial);
  const [answer, setAnswer] = useState(untouched);
  const [busy, start] = useTransition();
  const set = <K extends AgentField>(field: K, value: AgentDraft[K]) => {
    setDraft((present) => ({ ...present, [field]: value }));
    if (answer.problems[field] !== undefined) {
      setAnswer({ ...answer, problems: { ...answer.problems, [field]: undefined } });
    }
  };
  const problem = (field: AgentField) => answer.problems[field]?.[0]?.message;
  const jsonProblems = (field: AgentField) =>
    (answer.problems[field] ?? []).map(({ message, place }) => ({
      message,
      offset: place?.offset ?? 0,
      line: place?.line ?? 1,
      column: place?.column ?? 1,
    }));
  const save = () =>
    start(async () => {
      setAnswer(await saveAgentAction(saved, draft));
    });
  const wrong = Object.values(answer.problems).some((list) => list !== undefined);

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
      className="grid max-w-3xl gap-4 pb-8"
    >
      <Panel title="Agent">
        <div className="grid gap-4">
          <Field label="Name" error={problem('name')} hint="How people here call it. Programs start runs with it.">
            <Input value={draft.name} maxLength={100} required onChange={(event) => set('name', event.target.value)} />
          </Field>
          <Field label="Description" optional error={problem('description')}>
            <Textarea
              rows={2}
              value={draft.description}
              maxLength={2000}
              onChange={(event) => set('description', event.target.value)}
            />
          </Field>
        </div>
      </Panel>
      <Panel
        title="What runs"
        description="Gemini inherits none of this when a run goes on after an approval, so every resume sends it again."
      >
        <div className="grid gap-4">
          <RadioGroup
            legend="Kind"
            value={draft.kind}
            onValueChange={(kind) => set('kind', kind)}
            options={[
              { value: 'model', label: 'A model' },
              { value: 'agent', label: 'A Gemini agent' },
            ]}
            className="[&>div]:flex [&>div]:flex-wrap [&>div]:gap-x-6"
          />
          <Field label={draft.kind === 'model' ? 'Model' : 'Agent id'} error={problem('target')}>
            <Input
              mono
              spellCheck={false}
              autoCapitalize="none"
              maxLength={200}
              required
              placeholder={draft.kind === 'model' ? 'gemini-3-flash' : 'deep-research-preview'}
              value={draft.target}
              onChange={(event) => set('target', event.target.value)}
            />
          </Field>
          <Field label="System instruction" optional error={problem('systemInstruction')}>
            <Textarea
              rows={4}
              value={draft.systemInstruction}
              onChange={(event) => set('systemInstruction', event.target.value)}
            />
          </Field>
        </div>
      </Panel>
      <Panel
        title="Tools"
        description="As declared to Gemini: a JSON list. Calls of its functions come here for approval."
      >
        <div className="grid gap-3">
          <JsonField
            label="Tools"
            name="tools"
            rows={10}
            optional
            value={draft.tools}
            onValueChange={(text) => set('tools', text)}
            problems={jsonProblems('tools')}
          />
          <div className="flex flex-wrap items-center justify-between gap-2">
            <Functions text={draft.tools} />
            {draft.tools.trim() === '' && (
              <Button size="sm" onClick={() => set('tools', example)}>
                Insert an example
              </Button>
            )}
          </div>
        </div>
      </Panel>
      <Panel title="Configuration">
        <div className="grid gap-4">
          <JsonField
            label="Generation config"
            name="generationConfig"
            optional
            rows={3}
            value={draft.generationConfig}
            onValueChange={(text) => set('generationConfig', text)}
            problems={jsonProblems('generationConfig')}
            hint="A JSON object, such as a temperature or a thinking level."
          />
          <Disclosure
            summary="Agent config and environment"
            defaultOpen={draft.agentConfig.trim() !== '' || draft.environment.trim() !== ''}
          >
            <div className="grid gap-4">
              <JsonField
                label="Agent config"
                name="agentConfig"
                optional
                rows={3}
                value={draft.agentConfig}
                onValueChange={(text) => set('agentConfig', text)}
                problems={jsonProblems('agentConfig')}
              />
              <JsonField
                label="Environment"
                name="environment"
                optional
                rows={3}
                value={draft.environment}
                onValueChange={(text) => set('environment', text)}
                problems={jsonProblems('environment')}
                hint="A JSON object, or an id in quotes. A run that goes on keeps the environment that it stopped in."
              />
            </div>
          </Disclosure>
        </div>
      </Panel>
      <Panel title="Runs of other programs">
        <Checkbox
          checked={draft.adoptForeign}
          onChange={(event) => set('adoptForeign', event.target.checked)}
          label="Adopt them"
          description="A run that another program started on this model or agent can be decided here, with this profile. Without it such a run is shown, and cannot be resumed."
        />
      </Panel>
      <Problem text={answer.message} />
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" variant="primary" loading={busy}>
          {saved === null ? 'Add the agent' : 'Save as a new version'}
        </Button>
        <ButtonLink href="/agents">Cancel</ButtonLink>
        <span role="status" className="text-danger text-sm">
          {wrong ? 'Something above needs a look.' : ''}
        </span>
      </div>
    </form>
  );
}

function Functions({ text }: { text: string }) {
  const names = functionNames(text);
  if (names === null) return <span className="text-faint text-sm">No functions yet.</span>;
  return (
    <ul aria-label="Functions" className="flex min-w-0 flex-wrap gap-1.5">
      {names.map((name) => (
        <li key={name} className="min-w-0">
          <Badge mono>{name}</Badge>
        </li>
      ))}
    </ul>
  );
}

function functionNames(text: string): readonly string[] | null {
  const read = text.trim() === '' ? null : readJsonText(text);
  if (read === null || !read.ok || !Array.isArray(read.value)) return null;
  const names = read.value.flatMap((tool: unknown) =>
    typeof tool === 'object' && tool !== null && 'name' in tool && typeof tool.name === 'string' ? [tool.name] : [],
  );
  return names.length === 0 ? null : [...new Set(names)];
}

const example = JSON.stringify(
  [
    {
      type: 'function',
      name: 'refund_payment',
      description: 'Refunds a payment to the customer.',
      parameters: {
        type: 'object',
        properties: {
          payment_id: { type: 'string' },
          amount: { type: 'number', description: 'In the payment’s currency.' },
          reason: { type: 'string' },
        },
        required: ['payment_id', 'amount'],
      },
    },
  ],
  null,
  2,
);
