'use client';

import { useState } from 'react';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { SafeText } from '@/components/ui/safe-text';
import { namesField } from '@/lib/domain/masking';
import type { SchemaField } from '@/lib/domain/schema-fields';

/** The fields of a function's arguments, each to be masked or to be looked at first; others can be added by name. */
export function ToolFields({
  fields,
  masked,
  risky,
  disabled,
  onMasked,
  onRisky,
}: {
  fields: readonly SchemaField[];
  masked: readonly string[];
  risky: readonly string[];
  disabled: boolean;
  onMasked: (names: readonly string[]) => void;
  onRisky: (names: readonly string[]) => void;
}) {
  const [added, setAdded] = useState<readonly string[]>([]);
  const known = new Set(fields.map(({ path }) => path));
  const others = [...new Set([...masked, ...risky, ...added])].filter((name) => !known.has(name));
  const rows: readonly SchemaField[] = [
    ...fields,
    ...others.map((path) => ({ path, type: 'not in the schema', required: false, description: '', holds: false })),
  ];
  return (
    <div className="grid gap-3">
      {rows.length === 0 ? (
        <p className="text-faint text-sm">
          No agent declares this function with a schema and no call has come yet, so its fields are not known. Add those
          that you know of by their names.
        </p>
      ) : (
        <ul aria-label="Fields" className="grid min-w-0">
          {rows.map((field) => (
            <li
              key={field.path}
              className="flex min-w-0 flex-wrap items-start gap-x-4 gap-y-1 border-line border-t py-2 first:border-t-0 first:pt-0"
            >
              <div className="min-w-0 flex-1 basis-56">
                <p className="flex min-w-0 flex-wrap items-baseline gap-x-2">
                  <span className="min-w-0 font-mono text-sm wrap-anywhere">
                    <SafeText>{field.path}</SafeText>
                  </span>
                  <span className="text-faint text-sm">
                    <SafeText>{field.type}</SafeText>
                  </span>
                  {field.required && <Badge>Required</Badge>}
                </p>
                {field.description !== '' && (
                  <p className="text-muted text-sm wrap-anywhere">
                    <SafeText>{field.description}</SafeText>
                  </p>
                )}
              </div>
              <Choice label="Mask" path={field.path} names={masked} disabled={disabled} onChange={onMasked} />
              <Choice label="Look first" path={field.path} names={risky} disabled={disabled} onChange={onRisky} />
            </li>
          ))}
        </ul>
      )}
      {!disabled && <AddField taken={rows.map(({ path }) => path)} onAdd={(name) => setAdded([...added, name])} />}
    </div>
  );
}

function Choice({
  label,
  path,
  names,
  disabled,
  onChange,
}: {
  label: string;
  path: string;
  names: readonly string[];
  disabled: boolean;
  onChange: (names: readonly string[]) => void;
}) {
  const steps = path.split('.');
  const own = names.includes(path);
  // A plain name means every field that is called so, however deep.
  const through = own
    ? undefined
    : names.find((name) => steps.some((_, at) => namesField([name], steps.slice(0, at + 1))));
  return (
    <Checkbox
      className="w-28 shrink-0"
      disabled={disabled || through !== undefined}
      checked={own || through !== undefined}
      label={
        <>
          {label}
          <span className="sr-only"> {path}</span>
        </>
      }
      {...(through === undefined ? {} : { description: `Through ${through}` })}
      onChange={(event) => onChange(event.target.checked ? [...names, path] : names.filter((name) => name !== path))}
    />
  );
}

function AddField({ taken, onAdd }: { taken: readonly string[]; onAdd: (name: string) => void }) {
  const [name, setName] = useState('');
  const wanted = name.trim();
  const wrong = /[\s,]/.test(wanted)
    ? 'Leave out spaces and commas.'
    : taken.includes(wanted)
      ? 'It stands in the list.'
      : '';
  const add = () => {
    if (wanted === '' || wrong !== '') return;
    onAdd(wanted);
    setName('');
  };
  return (
    <div className="flex min-w-0 items-start gap-2">
      <Field
        label="Another field"
        optional
        error={wrong}
        className="max-w-72 flex-1"
        hint="A name means every field called so; a path such as card.number that one alone."
      >
        <Input
          mono
          maxLength={200}
          spellCheck={false}
          autoCapitalize="none"
          value={name}
          onChange={(event) => setName(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault(); // the form would be sent
            add();
          }}
        />
      </Field>
      <Button className="mt-6" disabled={wanted === '' || wrong !== ''} onClick={add}>
        Add
      </Button>
    </div>
  );
}
