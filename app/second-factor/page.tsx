import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { signOutAction } from '@/app/sign-in/actions';
import { Door } from '@/components/admin/door';
import { Button } from '@/components/ui/button';
import { Toaster } from '@/components/ui/toaster';
import { lacksFactor, requireSession } from '@/lib/auth';
import { roleText } from '@/lib/domain/person';
import { factorsOf } from '@/lib/people/factors';
import { services } from '@/lib/services';
import { FirstFactor } from './first-factor';

export const metadata: Metadata = { title: 'Add a second factor' };

/** Where whoever needs a second factor and has none adds one, before anything else. */
export default async function SecondFactorPage() {
  const session = await requireSession();
  if (!(await lacksFactor(session))) redirect('/inbox');
  const factors = await factorsOf(services().db.prisma, session.person.id);
  return (
    <Door
      title="Add a second factor"
      subtitle={`Here the role ${roleText[session.person.role].name.toLowerCase()} signs in with more than a password. Add a passkey or an authenticator app to go on.`}
    >
      <FirstFactor factors={factors} />
      <form action={signOutAction}>
        <Button type="submit" variant="ghost">
          Sign out
        </Button>
      </form>
      <Toaster />
    </Door>
  );
}
