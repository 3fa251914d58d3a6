'use client';

import { useState, useTransition } from 'react';
import { beginDraftAction, type PolicyAnswer } from '@/app/(dashboard)/policies/actions';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Textarea } from '@/components/ui/textarea';
import { toast } from '@/components/ui/toast';
import { ProblemList } from './problem-list';

/** Begins a draft: from what is in force, or from a file. */
export function NewDraft() {
  const [importing, setImporting] = useState(false);
  const [busy, start] = useTransition();
  return (
    <>
      <Button onClick={() => setImporting(true)}>Import a file</Button>
      <Button
        variant="primary"
        loading={busy}
        onClick={() =>
          start(async () => {
            const answer = await beginDraftAction(null);
            if (!answer.ok) toast(answer.message || 'The draft was refused.', { tone: 'danger' });
          })
        }
      >
        New draft
      </Button>
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
    </>
  );
}

function ImportDialog({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const [answer, setAnswer] = useState<PolicyAnswer | null>(null);
  const [busy, start] = useTransition();
  return (
    <Dialog
      open
      onOpenChange={onClose}
      dismissable={false}
      title="Import a policy"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            loading={busy}
            disabled={text.trim() === ''}
            onClick={() => start(async () => setAnswer(await beginDraftAction(text)))}
          >
            Make a draft of it
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <input
          type="file"
          accept=".yaml,.yml,.json"
          aria-label="File"
          className="text-sm"
          onChange={async (event) => setText((await event.target.files?.[0]?.text()) ?? text)}
        />
        <Field
          label="YAML"
          hint="What “Download” gives, or what you keep in Git. Nothing is in force before it is published."
        >
          <Textarea mono rows={12} spellCheck={false} value={text} onChange={(event) => setText(event.target.value)} />
        </Field>
        {answer !== null && <ProblemList problems={answer.problems} />}
      </div>
    </Dialog>
  );
}
