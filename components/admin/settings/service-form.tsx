'use client';

import { type FormEvent, useState, useTransition } from 'react';
import { saveServiceAction, testServiceAction } from '@/app/(dashboard)/settings/sign-in/actions';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { Switch } from '@/components/ui/switch';
import { Textarea } from '@/components/ui/textarea';
import { toast } from '@/components/ui/toast';
import type { ClaimRules } from '@/lib/domain/claims';
import { type Role, roles, roleText } from '@/lib/domain/person';

export type ShownService = Readonly<{
  name: string;
  issuer: string;
  clientId: string;
  hasSecret: boolean;
  scopes: string;
  enabled: boolean;
  createPeople: boolean;
  trustEmail: boolean;
  rules: ClaimRules;
}>;

/** The sign-in service of the workspace. */
export function ServiceForm({
  service,
  callback,
  groups,
}: {
  service: ShownService | null;
  callback: string;
  groups: readonly string[];
}) {
  const [values, setValues] = useState(() => ({
    name: service?.name ?? '',
    issuer: service?.issuer ?? '',
    clientId: service?.clientId ?? '',
    clientSecret: '',
    scopes: service?.scopes ?? 'openid email profile',
    enabled: service?.enabled ?? true,
    createPeople: service?.createPeople ?? true,
    trustEmail: service?.trustEmail ?? false,
    defaultRole: service?.rules.defaultRole ?? ('viewer' as Role),
    claim: service?.rules.claim ?? 'groups',
    roleRules: (service?.rules.roles ?? []).map(({ value, role }) => `${value} = ${role}`).join('\n'),
    groupRules: (service?.rules.groups ?? []).map(({ value, group }) => `${value} = ${group}`).join('\n'),
  }));
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [tested, setTested] = useState<{ ok: boolean; message: string } | null>(null);
  const [busy, start] = useTransition();
  const set = (change: Partial<typeof values>) => setValues((before) => ({ ...before, ...change }));
  const text = (name: 'name' | 'issuer' | 'clientId' | 'scopes' | 'claim') => ({
    value: values[name],
    autoComplete: 'off',
    spellCheck: false,
    onChange: (event: { target: { value: string } }) => set({ [name]: event.target.value }),
  });

  const save = (event: FormEvent) => {
    event.preventDefault();
    start(async () => {
      setTested(null);
      const roleLines = linesOf(values.roleRules, (value, to) => ({ value, role: to.toLowerCase() }));
      const groupLines = linesOf(values.groupRules, (value, to) => ({ value, group: to }));
      const wrong = {
        ...(roleLines === null ? { roleRules: 'Each line: a value, =, a role.' } : {}),
        ...(groupLines === null ? { groupRules: 'Each line: a value, =, a group.' } : {}),
      };
      if (roleLines === null || groupLines === null) return setErrors(wrong);
      const answer = await saveServiceAction({
        ...values,
        clientSecret: values.clientSecret === '' ? null : values.clientSecret,
        roleRules: roleLines,
        groupRules: groupLines,
      });
      setErrors(answer.errors);
      if (answer.ok) set({ clientSecret: '' });
      toast(answer.message, { tone: answer.ok ? 'success' : 'danger', id: 'service' });
    });
  };
  const ask = () => start(async () => setTested(await testServiceAction()));

  return (
    <form onSubmit={save} noValidate className="grid gap-5">
      <div className="grid gap-1">
        <p className="font-medium text-sm">Where the service sends people back to</p>
        <div className="flex items-center gap-2 rounded-md border border-line bg-sunken py-1 pr-1 pl-3">
          <code className="min-w-0 flex-1 wrap-anywhere font-mono text-sm">{callback}</code>
          <CopyButton value={callback} label="Copy the address" />
        </div>
        <p className="text-faint text-sm">Register it at the service as the redirect address.</p>
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Name" hint="On the button: Sign in with …" error={errors.name}>
          <Input {...text('name')} maxLength={40} />
        </Field>
        <Field label="Issuer" hint="The address that the service calls itself by." error={errors.issuer}>
          <Input {...text('issuer')} inputMode="url" placeholder="https://id.example.com" />
        </Field>
        <Field label="Client ID" error={errors.clientId}>
          <Input {...text('clientId')} />
        </Field>
        <Field
          label="Client secret"
          optional={!service?.hasSecret}
          hint={service?.hasSecret ? 'One is kept. Type a new one to replace it.' : 'Kept encrypted; not shown again.'}
          error={errors.clientSecret}
        >
          <Input
            type="password"
            autoComplete="off"
            value={values.clientSecret}
            onChange={(event) => set({ clientSecret: event.target.value })}
          />
        </Field>
        <Field label="Scopes" error={errors.scopes}>
          <Input {...text('scopes')} />
        </Field>
        <Field label="Role of new people" error={errors.defaultRole}>
          <Select
            value={values.defaultRole}
            options={roles.map((role) => ({ value: role, label: roleText[role].name }))}
            onChange={(event) => set({ defaultRole: roles.find((role) => role === event.target.value) ?? 'viewer' })}
          />
        </Field>
      </div>
      <Switch
        label="Whoever signs in gets an account"
        description="Else only people who are here already, or were invited, get in."
        checked={values.createPeople}
        onCheckedChange={(createPeople) => set({ createPeople })}
      />
      <Switch
        label="All e-mail addresses of the service are verified"
        description="For services that do not say so themselves. Never for one where people type their own address: it would open the account of whoever has it here."
        checked={values.trustEmail}
        onCheckedChange={(trustEmail) => set({ trustEmail })}
      />
      <Field
        label="Claim with groups or roles"
        hint="Such as groups, or realm_access.roles."
        error={errors.claim}
        className="max-w-sm"
      >
        <Input {...text('claim')} />
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Roles from the claim"
          optional
          hint="One a line: value = role. The first that fits counts; with none, the role of new people."
          error={errors.roleRules}
        >
          <Textarea
            rows={4}
            className="font-mono text-sm"
            spellCheck={false}
            placeholder="approvers = reviewer"
            value={values.roleRules}
            onChange={(event) => set({ roleRules: event.target.value })}
          />
        </Field>
        <Field
          label="Groups from the claim"
          optional
          hint={
            groups.length === 0
              ? 'One a line: value = group. There is no group yet.'
              : `One a line: value = group. Groups here: ${groups.join(', ')}.`
          }
          error={errors.groupRules}
        >
          <Textarea
            rows={4}
            className="font-mono text-sm"
            spellCheck={false}
            placeholder="money-team = finance"
            value={values.groupRules}
            onChange={(event) => set({ groupRules: event.target.value })}
          />
        </Field>
      </div>
      <Switch
        label="People can sign in with it"
        checked={values.enabled}
        onCheckedChange={(enabled) => set({ enabled })}
      />
      {tested !== null && (
        <Banner tone={tested.ok ? 'success' : 'danger'} live>
          {tested.message}
        </Banner>
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" loading={busy}>
          Save
        </Button>
        {service !== null && (
          <Button disabled={busy} onClick={ask}>
            Test the service
          </Button>
        )}
      </div>
    </form>
  );
}

/** Reads `value = meaning` line by line; null when a line is none. A value may hold `=`, a meaning may not. */
function linesOf<Rule>(text: string, rule: (value: string, to: string) => Rule): Rule[] | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const rules = lines.map((line) => {
    const cut = line.lastIndexOf('=');
    const [value, to] = [line.slice(0, cut).trim(), line.slice(cut + 1).trim()];
    return cut > 0 && value !== '' && to !== '' ? rule(value, to) : null;
  });
  return rules.every((one) => one !== null) ? rules : null;
}
