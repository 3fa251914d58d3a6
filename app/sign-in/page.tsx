import type { Metadata, Route } from 'next';
import { redirect } from 'next/navigation';
import { Door } from '@/components/admin/door';
import { Banner } from '@/components/ui/banner';
import { currentPerson } from '@/lib/auth';
import { nextPath } from '@/lib/people/next-path';
import { hasAdmin } from '@/lib/people/people';
import { services } from '@/lib/services';
import { PasskeySignIn } from './passkey-sign-in';
import { SignInForm } from './sign-in-form';

export const metadata: Metadata = { title: 'Sign in' };

export default async function SignInPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const { next, link } = await searchParams;
  const path = nextPath(next);
  if ((await currentPerson()) !== null) redirect(path as Route);
  const ready = await hasAdmin(services().db.prisma);
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
      <SignInForm next={path} />
      <PasskeySignIn next={path} />
      <p className="text-faint text-sm">No account, or the password is lost? An admin of this workspace can help.</p>
    </Door>
  );
}
