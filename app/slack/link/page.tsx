import type { Metadata } from 'next';
import { Door } from '@/components/admin/door';
import { Message } from '@/components/shell/message';
import { ConfirmLink } from '@/components/slack/confirm-link';
import { ButtonLink } from '@/components/ui/button';
import { requirePerson } from '@/lib/auth';
import { services } from '@/lib/services';
import { findLinkOffer } from '@/lib/slack/linking';

export const metadata: Metadata = { title: 'Link a Slack account', referrer: 'no-referrer' };

/** Shows which Slack account would become whose. Opening it binds nothing: somebody else may have sent the address. */
export default async function LinkPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const viewer = await requirePerson();
  const { token } = await searchParams;
  const given = typeof token === 'string' ? token.slice(0, 200) : '';
  const offer = await findLinkOffer(services(), given);
  if (offer === null) {
    return (
      <Message
        title="This address does not work any more"
        action={<ButtonLink href="/inbox">Go to the inbox</ButtonLink>}
      >
        It works once and for ten minutes. Type /countersign link in Slack to get a new one.
      </Message>
    );
  }
  return (
    <Door
      title="Link your Slack account"
      subtitle="Confirm only if you asked for this in Slack yourself: whoever uses that Slack account will decide as you."
    >
      <ConfirmLink
        token={given}
        slack={{ name: offer.name, id: offer.slackUserId, workspace: offer.workspace }}
        person={{ name: viewer.name, email: viewer.email }}
      />
    </Door>
  );
}
