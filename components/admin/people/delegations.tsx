'use client';

import { useState, useTransition } from 'react';
import { delegateAction, endDelegationAction } from '@/app/(dashboard)/people/delegation-actions';
import { Badge } from '@/components/ui/badge';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { Time } from '@/components/ui/time';
import type { Answer } from '@/lib/people/answered';
import type { Delegation } from '@/lib/people/delegations';

type Draft = { toId: string; from: string; until: string };

/** Who votes in this person's place, and in whose place they vote. */
export function Delegations({
  person,
  own,
  delegations,
  delegates,
}: {
  person: { id: string; name: string };
  /** The viewer is this person. */
  own: boolean;
  delegations: readonly Delegation[];
  /** Empty: this person has nothing to hand on. */
  delegates: readonly { id: string; name: string }[];
}) {
  const [draft, setDraft] = useState<Draft | null>(null);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [busy, startBusy] = useTransition();

  const act = (call: () => Promise<Answer>) =>
    startBusy(async () => {
      const said = await call();
      setAnswer(said);
      if (said.ok) setDraft(null);
    });
  const send = ({ toId, from, until }: Draft) => {
    const [startsAt, endsAt] = [instantOf(from), instantOf(until)];
    act(() => delegateAction({ fromId: person.id, toId, startsAt, endsAt }));
  };
  return (
    <div className="grid gap-3">
      {answer !== null && answer.message !== '' && (
        <Banner tone={answer.ok ? 'success' : 'danger'} live>
          {answer.message}
        </Banner>
      )}
      {delegations.length === 0 ? (
        <p className="text-muted">Nobody stands in at present.</p>
      ) : (
        <ul className="grid">
          {delegations.map((one) => (
            <li
              key={one.id}
              className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-line border-b py-2 first:pt-0 last:border-b-0 last:pb-0"
            >
              <span className="min-w-0">
                <span className="flex flex-wrap items-center gap-2">
                  <span className="wrap-anywhere">{`${one.to.name} for ${one.from.name}`}</span>
                  {one.running ? <Badge tone="info">Now</Badge> : <Badge>To come</Badge>}
                </span>
                <span className="block text-faint text-sm">
                  <Time value={one.startsAt} format="absolute" /> to <Time value={one.endsAt} format="absolute" />
                </span>
              </span>
              <Button size="sm" loading={busy} onClick={() => act(() => endDelegationAction(one.id))}>
                End it
              </Button>
            </li>
          ))}
        </ul>
      )}
      {delegates.length > 0 && draft === null && (
        <div>
          <Button onClick={() => setDraft({ toId: '', from: localInput(0), until: localInput(7) })}>
            {own ? 'Let somebody stand in for you…' : 'Let somebody stand in…'}
          </Button>
        </div>
      )}
      {draft !== null && (
        <form
          aria-label="Stand in"
          className="grid gap-4 rounded-md border border-line bg-sunken p-3"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (!busy) send(draft);
          }}
        >
          <div className="grid gap-4 sm:grid-cols-2 md:grid-cols-3">
            <Field label="Who" required>
              <Select
                value={draft.toId}
                options={[
                  { value: '', label: 'Choose a person' },
                  ...delegates.map(({ id, name }) => ({ value: id, label: name })),
                ]}
                onChange={(event) => setDraft({ ...draft, toId: event.target.value })}
              />
            </Field>
            <Field label="From" required>
              <Input
                type="datetime-local"
                value={draft.from}
                onChange={(event) => setDraft({ ...draft, from: event.target.value })}
              />
            </Field>
            <Field label="Until" required>
              <Input
                type="datetime-local"
                value={draft.until}
                onChange={(event) => setDraft({ ...draft, until: event.target.value })}
              />
            </Field>
          </div>
          <div className="flex flex-wrap justify-end gap-2">
            <Button onClick={() => setDraft(null)}>Cancel</Button>
            <Button type="submit" variant="primary" loading={busy}>
              Save
            </Button>
          </div>
        </form>
      )}
    </div>
  );
}

// What the reader's clock says, to an instant; nothing for what is no time.
function instantOf(local: string): string {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString();
}

// So many days from now as an input of the platform holds it, by the reader's clock.
function localInput(days: number): string {
  const now = new Date();
  const at = new Date(now.getTime() + days * 24 * 3600_000 - now.getTimezoneOffset() * 60_000);
  return at.toISOString().slice(0, 16);
}
