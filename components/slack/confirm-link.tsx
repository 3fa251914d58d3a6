'use client';

import { useActionState } from 'react';
import { confirmLinkAction } from '@/app/slack/link/actions';
import { Banner } from '@/components/ui/banner';
import { Button, ButtonLink } from '@/components/ui/button';
import { Definition, DefinitionList } from '@/components/ui/definition-list';

/** Both accounts side by side, and the one button that ties them. */
export function ConfirmLink({
  token,
  slack,
  person,
}: {
  token: string;
  slack: { name: string | null; id: string; workspace: string };
  person: { name: string; email: string };
}) {
  const [answer, submit, busy] = useActionState(confirmLinkAction, null);
  if (answer?.ok) {
    return (
      <div className="grid gap-4">
        <Banner tone="success" live title="Linked">
          What this Slack account decides counts as your vote from now on. You can close this page.
        </Banner>
        <ButtonLink href="/inbox" variant="primary">
          Go to the inbox
        </ButtonLink>
      </div>
    );
  }
  return (
    <form action={submit} className="grid gap-4">
      <input type="hidden" name="token" value={token} />
      <DefinitionList>
        <Definition label="Slack account" note={`${slack.id} in ${slack.workspace}`}>
          {slack.name ?? slack.id}
        </Definition>
        <Definition label="Your account here" note={person.email}>
          {person.name}
        </Definition>
      </DefinitionList>
      {answer !== null && (
        <Banner tone="danger" live title="Not linked">
          {answer.message}
        </Banner>
      )}
      <div className="flex gap-3">
        <Button type="submit" variant="primary" loading={busy}>
          Link these accounts
        </Button>
        <ButtonLink href="/inbox">Cancel</ButtonLink>
      </div>
    </form>
  );
}
