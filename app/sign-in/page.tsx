import type { Metadata, Route } from 'next';
import { redirect } from 'next/navigation';
import { Door } from '@/components/admin/door';
import { Banner } from '@/components/ui/banner';
import { buttonClass } from '@/components/ui/button-class';
import { cx } from '@/components/ui/cx';
import { currentPerson } from '@/lib/auth';
import { offeredService } from '@/lib/oidc/service';
import { nextPath } from '@/lib/people/next-path';
import { hasAdmin } from '@/lib/people/people';
import { signInRules } from '@/lib/people/sign-in-rules';
import { services } from '@/lib/services';
import { PasskeySignIn } from './passkey-sign-in';
import { SignInForm } from './sign-in-form';

// What may stand in the address after a sign-in through the service that came to nothing.
const serviceRefusals: Readonly<Record<string, string | undefined>> = {
  off: 'Signing in through the service is turned off.',
  away: 'The sign-in service does not answer. Try again in a moment, or sign in with your password.',
  over: 'This sign-in took too long, or began in another browser. Try again.',
  denied: 'The sign-in service did not let you through.',
  failed: 'What the sign-in service answered could not be verified, so nobody was signed in. Tell an admin.',
  no_email: 'The sign-in service did not tell your e-mail address. Tell an admin.',
  email_unverified: 'The sign-in service has not verified your e-mail address, so it opens no account here.',
  no_account: 'You have no account here. Ask an admin for an invitation.',
  deactivated: 'This account is deactivated. An admin can let you in again.',
};

export const metadata: Metadata = { title: 'Sign in' };

export default async function SignInPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const { next, link, service: came } = await searchParams;
  const path = nextPath(next);
  if ((await currentPerson()) !== null) redirect(path as Route);
  const { prisma } = services().db;
  const [ready, service, rules] = await Promise.all([hasAdmin(prisma), offeredService(prisma), signInRules(prisma)]);
  const refusal = typeof came === 'string' ? serviceRefusals[came] : undefined;
  return (
    <Door title="Sign in" subtitle="Human approval for AI agents.">
      {link === 'used' && (
        <Banner tone="warning" title="This link does not sign in any more">
          It works once and for ten minutes. Print a new one, or sign in with your password.
        </Banner>
      )}
      {!ready && (
        <Banner tone="info" title="Nobody can sign in yet">
          Make the first admin with the set-up link that the server prints in its terminal when it starts.
        </Banner>
      )}
      {refusal !== undefined && (
        <Banner tone="danger" title="That did not work">
          {refusal}
        </Banner>
      )}
      {service !== null && (
        <a
          href={`/sign-in/oidc?next=${encodeURIComponent(path)}`}
          className={cx(buttonClass({ variant: 'primary', size: 'lg' }), 'w-full')}
        >
          Sign in with {service}
        </a>
      )}
      {service !== null && rules.serviceOnly ? (
        <details className="grid gap-4">
          <summary className="w-fit cursor-pointer text-muted text-sm">Other ways, for emergencies</summary>
          <div className="mt-4 grid gap-4">
            <SignInForm next={path} second={service !== null} />
            <PasskeySignIn next={path} />
          </div>
        </details>
      ) : (
        <>
          {service !== null && <p className="text-center text-faint text-sm">or</p>}
          <SignInForm next={path} second={service !== null} />
          <PasskeySignIn next={path} />
        </>
      )}
      <p className="text-faint text-sm">No account, or the password is lost? An admin of this workspace can help.</p>
    </Door>
  );
}
