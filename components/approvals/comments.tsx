'use client';

import { type FormEvent, type KeyboardEvent, useState, useTransition } from 'react';
import { Avatar } from '@/components/ui/avatar';
import { Button } from '@/components/ui/button';
import { Confirm } from '@/components/ui/confirm';
import { Field } from '@/components/ui/field';
import { Panel } from '@/components/ui/panel';
import { SafeText } from '@/components/ui/safe-text';
import { Textarea } from '@/components/ui/textarea';
import { Time } from '@/components/ui/time';
import type { CommentActions, CommentView } from '@/lib/approvals/views';
import { longestComment } from '@/lib/domain/comment';

/** What people said about a request, and a box to say more. Whatever it says, it decides nothing. */
export function Comments({
  approvalId,
  comments,
  actions,
}: {
  approvalId: string;
  comments: readonly CommentView[];
  actions: CommentActions;
}) {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  const [busy, startBusy] = useTransition();

  const send = () => {
    if (busy || text.trim() === '') return;
    startBusy(async () => {
      try {
        const answer = await actions.add(approvalId, text);
        if (answer.kind === 'refused') setProblem(answer.message);
        else setText('');
      } catch {
        setProblem('The server could not be reached. Your words are still here: try again.');
      }
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey)) return;
    event.preventDefault();
    event.stopPropagation();
    send();
  };
  return (
    <Panel title="Comments" description="Everybody who can see the request reads them, here and in its Slack thread.">
      <div className="grid gap-4">
        {comments.length > 0 && (
          <ol className="grid gap-3" aria-label="Comments">
            {comments.map((comment) => (
              <li key={comment.id} className="flex gap-3">
                <Avatar name={comment.name} size="sm" className="mt-0.5" />
                <div className="min-w-0 flex-1">
                  <p className="flex flex-wrap items-baseline gap-x-2">
                    <span className="font-medium">{comment.mine ? `${comment.name} (you)` : comment.name}</span>
                    <span className="text-faint text-sm">
                      <Time value={comment.at} />
                      {comment.surface === 'slack' && ' in Slack'}
                      {comment.surface === 'api' && ' through the API'}
                      {comment.edited && ' · edited'}
                    </span>
                  </p>
                  {comment.text === null ? (
                    <p className="text-faint">Deleted</p>
                  ) : (
                    <p className="whitespace-pre-wrap wrap-anywhere">
                      <SafeText lines>{comment.text}</SafeText>
                    </p>
                  )}
                </div>
                {comment.mine && comment.text !== null && (
                  <Confirm
                    button={{ size: 'sm', variant: 'ghost', children: 'Delete' }}
                    title="Delete this comment?"
                    description={
                      comment.surface === 'slack'
                        ? 'Its words go here; that there was one stays. In Slack it stays until you delete it there.'
                        : 'Its words go, here and in Slack; that there was one stays.'
                    }
                    confirmLabel="Delete"
                    danger
                    side="bottom"
                    onConfirm={async () => {
                      const answer = await actions.remove(comment.id);
                      return answer.kind === 'refused' ? answer.message : undefined;
                    }}
                  />
                )}
              </li>
            ))}
          </ol>
        )}
        <form
          className="grid gap-2"
          onSubmit={(event: FormEvent) => {
            event.preventDefault();
            send();
          }}
        >
          <Field label="Your comment" hint="A comment decides nothing." {...(problem === '' ? {} : { error: problem })}>
            <Textarea
              rows={2}
              value={text}
              maxLength={longestComment}
              onKeyDown={onKeyDown}
              onChange={(event) => {
                setText(event.target.value);
                setProblem('');
              }}
            />
          </Field>
          <Button type="submit" size="sm" className="justify-self-end" loading={busy} disabled={text.trim() === ''}>
            Comment
          </Button>
        </form>
      </div>
    </Panel>
  );
}
