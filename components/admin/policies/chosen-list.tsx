'use client';

import { ArrowDown, ArrowUp, X } from 'lucide-react';
import { EmailText } from '@/components/ui/email-text';
import { Field } from '@/components/ui/field';
import { IconButton } from '@/components/ui/icon-button';
import { Select } from '@/components/ui/select';

/** `detail`: an address that tells those of the same name apart. */
export type Choice = Readonly<{ value: string; label: string; detail?: string }>;

/** What was chosen from a list, in its order where that matters, and a box to add more. */
export function ChosenList({
  label,
  add,
  chosen,
  options,
  ordered = false,
  onAdd,
  onRemove,
  onMove,
}: {
  label: string;
  /** What the box says before something is chosen. */
  add: string;
  chosen: readonly Choice[];
  options: readonly Choice[];
  ordered?: boolean;
  onAdd: (value: string) => void;
  onRemove: (value: string) => void;
  onMove?: (value: string, by: 1 | -1) => void;
}) {
  const rest = options.filter(({ value }) => !chosen.some((one) => one.value === value));
  const List = ordered ? 'ol' : 'ul';
  return (
    <div className="grid min-w-0 gap-2">
      {chosen.length > 0 && (
        <List aria-label={label} className="grid min-w-0 gap-1">
          {chosen.map((one, index) => (
            <li
              key={one.value}
              className="flex min-w-0 items-center gap-2 rounded-md border border-line bg-sunken py-0.5 pr-0.5 pl-2.5"
            >
              {ordered && <span className="shrink-0 text-faint text-sm tabular-nums">{index + 1}</span>}
              <span className="min-w-0 flex-1 text-sm">
                <span className="block wrap-anywhere">{one.label}</span>
                {one.detail !== undefined && (
                  <span className="block text-faint text-xs">
                    <EmailText>{one.detail}</EmailText>
                  </span>
                )}
              </span>
              {onMove !== undefined && (
                <>
                  <IconButton
                    label={`Move ${one.label} up`}
                    size="sm"
                    disabled={index === 0}
                    onClick={() => onMove(one.value, -1)}
                    icon={<ArrowUp />}
                  />
                  <IconButton
                    label={`Move ${one.label} down`}
                    size="sm"
                    disabled={index === chosen.length - 1}
                    onClick={() => onMove(one.value, 1)}
                    icon={<ArrowDown />}
                  />
                </>
              )}
              <IconButton label={`Remove ${one.label}`} size="sm" onClick={() => onRemove(one.value)} icon={<X />} />
            </li>
          ))}
        </List>
      )}
      <Field label={label} labelHidden className="max-w-96">
        <Select
          value=""
          disabled={rest.length === 0}
          onChange={(event) => event.target.value !== '' && onAdd(event.target.value)}
          options={[
            { value: '', label: rest.length === 0 ? 'Nothing more to choose' : add },
            ...rest.map(({ value, label: name, detail }) => ({
              value,
              label: detail === undefined ? name : `${name}, ${detail}`,
            })),
          ]}
        />
      </Field>
    </div>
  );
}

/** The list with one of its members a place further up or down. */
export function moved<Item>(items: readonly Item[], index: number, by: 1 | -1): Item[] {
  const next = [...items];
  const [item] = next.splice(index, 1);
  if (item !== undefined) next.splice(index + by, 0, item);
  return next;
}
