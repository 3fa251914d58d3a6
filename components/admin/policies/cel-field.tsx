'use client';

import { useEffect, useRef, useState } from 'react';
import { Textarea } from '@/components/ui/textarea';
import type { ExpressionProblem } from '@/lib/domain/policy/expression';
import type { MountedEditor } from './code-mirror';
import type { KnownNames } from './suggestions';

/** One condition to edit. A plain text area until the editor has come, and where it does not. */
export function CelField({
  label,
  value,
  names,
  problem,
  check,
  onValueChange,
}: {
  label: string;
  value: string;
  names: KnownNames;
  problem: ExpressionProblem | null;
  check: (text: string) => ExpressionProblem | null;
  onValueChange: (text: string) => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<MountedEditor | null>(null);
  const [ready, setReady] = useState(false);
  const latest = useRef({ value, names, check, onValueChange });
  useEffect(() => {
    latest.current = { value, names, check, onValueChange };
    editor.current?.set(value);
    editor.current?.names(names);
  });
  useEffect(() => {
    let gone = false;
    import('./code-mirror').then(
      ({ mountEditor }) => {
        if (gone || place.current === null) return;
        editor.current = mountEditor(place.current, {
          text: latest.current.value,
          label,
          names: latest.current.names,
          check: (text) => latest.current.check(text),
          onChange: (text) => latest.current.onValueChange(text),
        });
        setReady(true);
      },
      () => undefined, // a server that cannot be reached costs the completion, not the condition
    );
    return () => {
      gone = true;
      editor.current?.destroy();
      editor.current = null;
    };
  }, [label]);
  return (
    <div className="grid min-w-0 gap-1">
      <span aria-hidden="true" className="font-medium text-sm">
        {label}
      </span>
      <div
        ref={place}
        hidden={!ready}
        className="min-w-0 rounded-md border border-line-control bg-surface focus-within:border-focus focus-within:outline-1 focus-within:outline-focus"
      />
      {!ready && (
        <Textarea
          mono
          rows={2}
          aria-label={label}
          spellCheck={false}
          value={value}
          onChange={(event) => onValueChange(event.target.value)}
        />
      )}
      <p role="status" className="min-h-5 text-danger text-sm">
        {problem === null ? '' : `${problem.message}, at character ${problem.from + 1}`}
      </p>
    </div>
  );
}
