'use client';

import { KeyRound, Plus } from 'lucide-react';
import { useActionState, useId, useState } from 'react';
import { type CreatedKey, createKeyAction, revokeKeyAction } from '@/app/(dashboard)/account/actions';
import { SecretOnce } from '@/components/admin/secret-once';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Confirm } from '@/components/ui/confirm';
import { Dialog } from '@/components/ui/dialog';
import { EmptyState } from '@/components/ui/empty-state';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Panel } from '@/components/ui/panel';
import { RadioGroup } from '@/components/ui/radio-group';
import { Select } from '@/components/ui/select';
import { Status } from '@/components/ui/status';
import { DataCell, HeadCell, Row, Table, TableBody, TableHead } from '@/components/ui/table';
import { Time } from '@/components/ui/time';
import { toast } from '@/components/ui/toast';

export type ShownKey = Readonly<{
  id: string;
  name: string;
  prefix: string;
  scopes: readonly string[];
  owner: string | null;
  createdAt: Date;
  lastUsedAt: Date | null;
  expiresAt: Date | null;
  state: 'active' | 'revoked' | 'expired' | 'deactivated';
}>;

export type ScopeChoice = Readonly<{ scope: string; meaning: string; available: boolean }>;

/** API keys in a table, with the way to make one and to end one. `owners` shows whose each is. */
export function KeysPanel({
  keys,
  scopes,
  owners = false,
  forNobody = false,
  create = true,
}: {
  keys: readonly ShownKey[];
  scopes: readonly ScopeChoice[];
  owners?: boolean;
  /** Offers keys that belong to no person. */
  forNobody?: boolean;
  create?: boolean;
}) {
  return (
    <Panel
      flush
      title="API keys"
      description={
        owners
          ? 'Programs sign in with them. A key of a person votes in their name and ends with them.'
          : 'Programs sign in with them, in your name: they may do what you may do, within their scopes.'
      }
      actions={create && <CreateKey scopes={scopes} forNobody={forNobody} />}
      className="overflow-clip"
    >
      {keys.length === 0 ? (
        <EmptyState title="No keys yet" icon={<KeyRound />} className="py-10">
          Make one for each program that starts runs or reads approvals, so that each can be ended by itself.
        </EmptyState>
      ) : (
        <Table label="API keys">
          <TableHead>
            <HeadCell>Key</HeadCell>
            {owners && (
              <HeadCell className="w-40" hideBelow="lg">
                Person
              </HeadCell>
            )}
            <HeadCell className="w-44" hideBelow="md">
              Scopes
            </HeadCell>
            <HeadCell className="w-32" hideBelow="lg">
              Last used
            </HeadCell>
            <HeadCell className="w-32" hideBelow="sm">
              State
            </HeadCell>
            <HeadCell className="w-24">
              <span className="sr-only">Actions</span>
            </HeadCell>
          </TableHead>
          <TableBody>
            {keys.map((key) => (
              <Row key={key.id} className="h-14">
                <DataCell>
                  <span className="block truncate font-medium leading-5">{key.name}</span>
                  <span className="block truncate font-mono text-faint text-xs leading-5">{`${key.prefix}…`}</span>
                </DataCell>
                {owners && (
                  <DataCell hideBelow="lg" muted>
                    {key.owner ?? 'Nobody'}
                  </DataCell>
                )}
                <DataCell hideBelow="md" muted>
                  {key.scopes.join(', ')}
                </DataCell>
                <DataCell hideBelow="lg" muted>
                  {key.lastUsedAt === null ? 'Never' : <Time value={key.lastUsedAt} />}
                </DataCell>
                <DataCell hideBelow="sm">
                  <KeyState value={key} />
                </DataCell>
                <DataCell align="right" className="overflow-visible">
                  {key.state === 'active' && (
                    <Confirm
                      danger
                      button={{ size: 'sm', variant: 'ghost', 'aria-label': `Revoke ${key.name}`, children: 'Revoke' }}
                      title={`Revoke ${key.name}?`}
                      description="Programs that use it are refused at once. It cannot be taken back."
                      confirmLabel="Revoke"
                      onConfirm={async () => {
                        const answer = await revokeKeyAction(key.id);
                        if (!answer.ok) return answer.message;
                        toast(`${key.name} is revoked`, { tone: 'success' });
                        return undefined;
                      }}
                    />
                  )}
                </DataCell>
              </Row>
            ))}
          </TableBody>
        </Table>
      )}
    </Panel>
  );
}

function KeyState({ value: { state, expiresAt } }: { value: ShownKey }) {
  if (state === 'revoked') return <Status glyph="slash">Revoked</Status>;
  if (state === 'expired') return <Status glyph="clock">Expired</Status>;
  if (state === 'deactivated') return <Status glyph="slash">Person left</Status>;
  return (
    <span className="block leading-5">
      <Status tone="success">Active</Status>
      {expiresAt !== null && (
        <span className="block text-faint text-xs">
          ends <Time value={expiresAt} />
        </span>
      )}
    </span>
  );
}

function CreateKey({ scopes, forNobody }: { scopes: readonly ScopeChoice[]; forNobody: boolean }) {
  const [open, setOpen] = useState(false);
  const [round, setRound] = useState(0);
  return (
    <>
      <Button size="sm" icon={<Plus aria-hidden="true" />} onClick={() => setOpen(true)}>
        New key
      </Button>
      <CreateKeyDialog
        key={round}
        open={open}
        scopes={scopes}
        forNobody={forNobody}
        onOpenChange={(next) => {
          setOpen(next);
          if (!next) setRound(round + 1);
        }}
      />
    </>
  );
}

const untouched: CreatedKey = { kind: 'untouched' };

function CreateKeyDialog({
  open,
  onOpenChange,
  scopes,
  forNobody,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  scopes: readonly ScopeChoice[];
  forNobody: boolean;
}) {
  const [state, action, pending] = useActionState(createKeyAction, untouched);
  const form = useId();
  if (state.kind === 'created') {
    return (
      <Dialog
        open={open}
        onOpenChange={onOpenChange}
        dismissable={false}
        title={`The key “${state.name}”`}
        footer={
          <Button variant="primary" data-autofocus onClick={() => onOpenChange(false)}>
            Done
          </Button>
        }
      >
        <SecretOnce label="API key" value={state.key}>
          It is shown this once; we keep only its hash. Send it as <code>Authorization: Bearer …</code>.
        </SecretOnce>
      </Dialog>
    );
  }
  const failed = state.kind === 'failed' ? state : null;
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      dismissable={false}
      title="New API key"
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" loading={pending}>
            Make the key
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
        <Field label="Name" error={failed?.errors.name} hint="Which program uses it, and where.">
          <Input name="name" maxLength={100} required defaultValue={failed?.values.name} />
        </Field>
        <fieldset className="grid gap-2">
          <legend className="mb-1.5 font-medium text-sm">Scopes</legend>
          {scopes.map(({ scope, meaning, available }) => (
            <Checkbox
              key={scope}
              name="scopes"
              value={scope}
              label={<code className="font-mono text-sm">{scope}</code>}
              description={available ? meaning : `${meaning} Your role does not include this.`}
              disabled={!available}
              defaultChecked={failed?.values.scopes.includes(scope) ?? false}
            />
          ))}
          {failed?.errors.scopes !== undefined && (
            <p role="alert" className="text-danger text-sm">
              {failed.errors.scopes}
            </p>
          )}
        </fieldset>
        {forNobody && (
          <RadioGroup
            legend="In whose name"
            name="owner"
            defaultValue={failed?.values.owner === 'nobody' ? 'nobody' : 'me'}
            options={[
              { value: 'me', label: 'Mine' },
              { value: 'nobody', label: 'Nobody’s', description: 'Starts and reads runs; it cannot vote.' },
            ]}
          />
        )}
        <Field label="Ends">
          <Select
            name="expires"
            defaultValue={failed?.values.expires ?? '90'}
            options={[
              { value: '30', label: 'After 30 days' },
              { value: '90', label: 'After 90 days' },
              { value: '365', label: 'After a year' },
              { value: 'never', label: 'Never, until it is revoked' },
            ]}
          />
        </Field>
      </form>
    </Dialog>
  );
}
