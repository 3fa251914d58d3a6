'use client';

import { type ReactNode, useState } from 'react';
import { useForm } from 'react-hook-form';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Diff } from '@/components/ui/diff';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { SafeText } from '@/components/ui/safe-text';
import { Select } from '@/components/ui/select';
import { Textarea } from '@/components/ui/textarea';
import { hasHidden } from '@/components/ui/visible-text';
import type { FieldView } from '@/lib/approvals/views';
import type { JsonObject } from '@/lib/domain/json';
import type { DockFormProps } from './dock';
import { argumentsOf, asTyped, maskedPlaces, readTyped, withValue } from './edited-arguments';
import { FormFrame } from './form-frame';

// By place, not by name: an argument may be called anything.
type Typed = { fields: { typed: string; included: boolean; replaced: boolean }[] };

type Edited = { arguments: JsonObject; kept: readonly string[] };

/**
 * Other arguments for the same call, typed by the tool's schema. What changes is shown before it is sent; the server
 * judges it, and its answer stands at the fields.
 */
export default function EditForm({ request, proof, busy, problems: answered, onVote, onCancel }: DockFormProps) {
  // As it was when the form opened: a refresh of the page must not take typed text away.
  const [{ baseHash, fields }] = useState(() => request.edit ?? { baseHash: '', fields: [] });
  const before = argumentsOf(fields);
  const severe = request.tier >= 3;
  const form = useForm<Typed>({
    defaultValues: {
      fields: fields.map((field) => ({ typed: asTyped(field), included: field.present, replaced: false })),
    },
  });
  const [edited, setEdited] = useState<Edited | null>(null);
  const [note, setNote] = useState('');
  const [missing, setMissing] = useState(false);
  const { errors } = form.formState;
  // What the server said of an earlier edit no longer holds once the fields have been read anew.
  const [settled, setSettled] = useState(answered);
  const problems = answered === settled ? [] : answered;

  const read = (values: Typed) => {
    let args: JsonObject = {};
    const kept: string[] = [];
    let good = true;
    for (const [place, field] of fields.entries()) {
      const entry = values.fields[place];
      if (!entry?.included) continue;
      if (field.masked && !entry.replaced) {
        args = withValue(args, field.path, field.value);
        kept.push(field.pointer);
        continue;
      }
      const value = readTyped(field, entry.typed);
      if ('value' in value) {
        args = withValue(args, field.path, value.value);
        if (field.kind === 'json') kept.push(...maskedPlaces(value.value, field.path));
      }
      if ('problem' in value) {
        form.setError(`fields.${place}.typed`, { message: value.problem }, { shouldFocus: good });
        good = false;
      }
    }
    if (!good) return;
    setSettled(answered);
    setEdited({ arguments: args, kept });
  };

  const send = () => {
    if (edited === null) return;
    if (severe && note.trim() === '') {
      setMissing(true);
      return;
    }
    onVote({
      verdict: 'approve',
      note: note.trim() === '' ? null : note.trim(),
      baseHash,
      edit: { arguments: edited.arguments, kept: [...edited.kept] },
    });
  };

  if (edited !== null && problems.length === 0) {
    return (
      <FormFrame
        key="review"
        title="Approve with these changes"
        hint="The agent is told what was changed. The call on record stays as the model made it."
        submitLabel="Approve with changes"
        cancelLabel="Back to the fields"
        busy={busy}
        proof={proof}
        onSubmit={send}
        onCancel={() => setEdited(null)}
      >
        <Diff before={before} after={edited.arguments} label="What changes" />
        <Field
          label={severe ? 'Why you approve it' : 'Note'}
          required={severe}
          optional={!severe}
          hint="Stays on record with your name; the agent sees it as your note."
          {...(missing && note.trim() === '' ? { error: 'Say in a few words why.' } : {})}
        >
          <Textarea rows={2} value={note} maxLength={4000} onChange={(event) => setNote(event.target.value)} />
        </Field>
      </FormFrame>
    );
  }

  const refusals = problems.filter((problem) => !fields.some((field) => concerns(problem.path, field)));
  return (
    <FormFrame
      key="fields"
      title="Edit the arguments"
      hint="The function stays the same. You see what changes before anything is sent."
      submitLabel="Review the changes"
      busy={busy}
      onSubmit={() => void form.handleSubmit(read)()}
      onCancel={onCancel}
    >
      {refusals.length > 0 && (
        <Banner tone="danger" title="The tool does not accept this">
          {refusals.map((problem) => (
            <p key={`${problem.path} ${problem.message}`}>
              {problem.path !== '' && <code className="font-mono text-sm">{problem.path}: </code>}
              {problem.message}
            </p>
          ))}
        </Banner>
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        {fields.map((field, place) => {
          const name = `fields.${place}` as const;
          const own = errors.fields?.[place]?.typed?.message;
          const told = problems.filter((problem) => concerns(problem.path, field)).map((problem) => problem.message);
          const included = form.watch(`${name}.included`);
          const replaced = form.watch(`${name}.replaced`);
          const error = own ?? (told.length > 0 ? told.join(' ') : undefined);
          return (
            <Field
              key={field.pointer}
              label={<FieldLabel field={field} />}
              required={field.required}
              className={isWide(field) ? 'sm:col-span-2' : ''}
              {...(error === undefined ? {} : { error })}
              {...(hintOf(field, error !== undefined) === null ? {} : { hint: hintOf(field, error !== undefined) })}
              labelEnd={
                !field.required && (
                  <Checkbox
                    label={<span className="text-muted text-sm">Given</span>}
                    {...form.register(`${name}.included`)}
                  />
                )
              }
            >
              {!included ? (
                <Input disabled value="" placeholder="Left out" />
              ) : field.masked && !replaced ? (
                <span className="flex items-center gap-2">
                  <Input disabled value="" placeholder="Masked; stays as it is" className="flex-1" />
                  <Button onClick={() => form.setValue(`${name}.replaced`, true)}>Replace</Button>
                </span>
              ) : (
                <Control field={field} {...form.register(`${name}.typed`)} />
              )}
            </Field>
          );
        })}
      </div>
    </FormFrame>
  );
}

type ControlProps = ReturnType<ReturnType<typeof useForm<Typed>>['register']>;

function Control({ field, ...register }: { field: FieldView } & ControlProps) {
  switch (field.kind) {
    case 'text':
      return <Textarea rows={4} {...register} />;
    case 'json':
      return <Textarea rows={4} mono spellCheck={false} {...register} />;
    case 'boolean':
      return (
        <Select
          options={[
            { value: 'true', label: 'true' },
            { value: 'false', label: 'false' },
          ]}
          {...register}
        />
      );
    case 'enum':
      return (
        <Select
          options={field.options.map((option, place) => ({ value: String(place), label: String(option) }))}
          {...register}
        />
      );
    case 'integer':
    case 'number':
      return <Input inputMode="decimal" mono {...register} />;
    case 'string':
      return <Input {...register} />;
  }
}

function FieldLabel({ field }: { field: FieldView }) {
  return (
    <>
      <SafeText>{field.label}</SafeText>
      {field.path.length > 1 && (
        <span className="pl-1.5 font-mono font-normal text-faint text-xs">{field.path.join('.')}</span>
      )}
    </>
  );
}

// The tool's own words; what its schema asks for only where there are none, or once it was not met.
function hintOf(field: FieldView, wrong: boolean): ReactNode {
  const hidden =
    typeof field.value === 'string' && hasHidden(field.value)
      ? 'Holds invisible characters, which this box cannot show.'
      : '';
  const limits = field.limits !== null && (wrong || field.description === null) ? `${capital(field.limits)}.` : '';
  const rest = [limits, field.kind === 'json' ? 'As JSON.' : '', hidden].filter((part) => part !== '').join(' ');
  if (field.description === null) return rest === '' ? null : rest;
  return (
    <>
      <SafeText>{field.description}</SafeText>
      {rest !== '' && <span className="block">{rest}</span>}
    </>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function isWide(field: FieldView): boolean {
  return field.kind === 'text' || field.kind === 'json';
}

function concerns(path: string, field: FieldView): boolean {
  return path === field.pointer || path.startsWith(`${field.pointer}/`);
}
