import type { Metadata } from 'next';
import { Door } from '@/components/admin/door';
import { Message } from '@/components/shell/message';
import { ButtonLink } from '@/components/ui/button';
import { buttonClass } from '@/components/ui/button-class';
import { cx } from '@/components/ui/cx';
import { EmailText } from '@/components/ui/email-text';
import { roleText } from '@/lib/domain/person';
import { offeredService } from '@/lib/oidc/service';
import { findInvitation } from '@/lib/people/invitations';
import { signInRules } from '@/lib/people/sign-in-rules';
import { services } from '@/lib/services';
import { AcceptForm } from './accept-form';

export const metadata: Metadata = { title: 'Invitation' };

export default async function InvitationPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const { token } = await searchParams;
  const given = typeof token === 'string' ? token.slice(0, 200) : '';
  const invitation = await findInvitation(services(), given);
  if (invitation === null) {
    return (
      <Message
        title="This invitation is not open any more"
        action={
          <ButtonLink href="/sign-in" variant="primary">
            Sign in
          </ButtonLink>
        }
      >
        A link works once and for seven days. If you have an account already, sign in; else ask for a new link.
      </Message>
    );
  }
  const { prisma } = services().db;
  const [service, { serviceOnly }] = await Promise.all([offeredService(prisma), signInRules(prisma)]);
  return (
    <Door
      title="You are invited"
      subtitle={
        <>
          As {roleText[invitation.role].name.toLowerCase()}, with the address{' '}
          <span className="font-medium text-ink">
            <EmailText>{invitation.email}</EmailText>
          </span>
          . {roleText[invitation.role].can}
        </>
      }
    >
      {service !== null && (
        <a href="/sign-in/oidc" className={cx(buttonClass({ variant: 'primary', size: 'lg' }), 'w-full')}>
          Sign in with {service}
        </a>
      )}
      {service !== null && !serviceOnly && <p className="text-center text-faint text-sm">or choose a password</p>}
      {(service === null || !serviceOnly) && <AcceptForm token={given} email={invitation.email} />}
    </Door>
  );
}
