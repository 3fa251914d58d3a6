'use client';

import { useState, useTransition } from 'react';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Link } from '@/components/ui/link';
import { Panel } from '@/components/ui/panel';
import { Problem } from '@/components/ui/problem';
import { RadioGroup } from '@/components/ui/radio-group';
import { SafeText } from '@/components/ui/safe-text';
import { Time } from '@/components/ui/time';
import type { Answer } from '@/lib/people/answered';

type Candidate = Readonly<{ runId: string; interactionId: string; title: string; createdAt: Date }>;

export type SettleStartChoice = Readonly<{ interactionId: string | null; reason: string }>;

const neverStarted = 'never';
const another = 'another';

/** A person says what became of a start whose answer was lost: it is one of these interactions, another, or it never was. */
export function SettleStart({
  candidates,
  settle,
}: {
  candidates: readonly Candidate[];
  settle: (choice: SettleStartChoice) => Promise<Answer>;
}) {
  const [chosen, setChosen] = useState<string>(candidates[0]?.interactionId ?? another);
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState('');
  const [busy, start] = useTransition();
  const send = () => {
    if (chosen === another && typed.trim() === '') return setProblem('Give the id of the interaction.');
    if (reason.trim().length < 3) return setProblem('Say why in a few words: the reason stays on record.');
    const interactionId = chosen === neverStarted ? null : chosen === another ? typed.trim() : chosen;
    start(async () => {
      const answer = await settle({ interactionId, reason });
      setProblem(answer.ok ? '' : answer.message);
    });
  };
  return (
    <Panel
      title="What became of it?"
      description="Gemini’s answer to the start was lost. If it did start, it runs at Gemini and no request of it shows up here until it is known which interaction it is."
    >
      <form
        noValidate
        className="grid max-w-2xl gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) send();
        }}
      >
        <Problem text={problem} />
        <RadioGroup
          legend="What became of it"
          legendHidden
          boxed
          value={chosen}
          onValueChange={setChosen}
          options={[
            ...candidates.map(({ interactionId, runId, title, createdAt }) => ({
              value: interactionId,
              label: 'It is this one',
              description: (
                <>
                  <Link href={`/runs/${runId}`}>
                    <SafeText>{title || runId}</SafeText>
                  </Link>
                  {', heard of '}
                  <Time value={createdAt} />
                  {'. It goes on here, with the tools that this run was to have.'}
                </>
              ),
            })),
            {
              value: another,
              label: 'It is another interaction',
              description: 'Its id stands in Google’s logs, or where the agent writes its own.',
            },
            {
              value: neverStarted,
              label: 'It never started',
              description:
                'The run ends as failed. If it did start after all, an agent works on that nobody here can answer.',
            },
          ]}
        />
        {chosen === another && (
          <Field label="Interaction id" required>
            <Input
              mono
              value={typed}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setTyped(event.target.value)}
            />
          </Field>
        )}
        <Field label="Why" required hint="How you know. It stays on record.">
          <Input value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
        </Field>
        <div>
          <Button type="submit" variant={chosen === neverStarted ? 'danger' : 'primary'} loading={busy}>
            {chosen === neverStarted ? 'End the run' : 'Take it up'}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
