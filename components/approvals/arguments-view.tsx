import type { ReactNode } from 'react';
import { Badge } from '@/components/ui/badge';
import { CopyButton } from '@/components/ui/copy-button';
import { JsonView } from '@/components/ui/json-view';
import type { RequestView, ReviewActions } from '@/lib/approvals/views';
import { ArgumentFields } from './argument-fields';
import { SwitchView } from './switch-view';

/** The arguments of a call: as labelled fields, or raw with the hash that a vote names. */
export function ArgumentsView({
  request,
  label = 'How the arguments are shown',
  reveal,
  mayReveal,
  note,
}: {
  request: Pick<RequestView, 'id' | 'fields' | 'arguments' | 'callHash'>;
  /** Tells the switch from those of other calls on the page. */
  label?: string;
  reveal: ReviewActions['reveal'];
  mayReveal: boolean;
  /** Stands beside the mark that the model wrote them. */
  note?: ReactNode;
}) {
  return (
    <SwitchView
      label={label}
      note={
        <>
          <Badge>Written by the model</Badge>
          {note}
        </>
      }
      first={{
        label: 'Fields',
        content: (
          <ArgumentFields approvalId={request.id} fields={request.fields} reveal={reveal} mayReveal={mayReveal} />
        ),
      }}
      second={{
        label: 'Raw',
        content: (
          <div className="grid gap-3 pt-2">
            <JsonView value={request.arguments} label="Arguments as JSON" depth={4} />
            <p className="flex min-w-0 items-center gap-2 text-faint text-sm">
              <span className="shrink-0">Call hash</span>
              <code className="min-w-0 truncate font-mono text-xs">{request.callHash}</code>
              <CopyButton value={request.callHash} label="Copy the call hash" />
            </p>
          </div>
        ),
      }}
    />
  );
}
