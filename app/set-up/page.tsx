import type { Metadata } from 'next';
import { Door } from '@/components/admin/door';
import { Message } from '@/components/shell/message';
import { ButtonLink } from '@/components/ui/button';
import { InlineCode } from '@/components/ui/code';
import { setUpState } from '@/lib/people/set-up';
import { services } from '@/lib/services';
import { SetUpForm } from './set-up-form';

export const metadata: Metadata = { title: 'Set up' };

export default async function SetUpPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const { token } = await searchParams;
  const given = typeof token === 'string' ? token : '';
  const state = await setUpState(services(), given);
  if (state === 'done') {
    return (
      <Message
        title="Countersign is set up"
        action={
          <ButtonLink href="/sign-in" variant="primary">
            Sign in
          </ButtonLink>
        }
      >
        There is an admin already, so this page has done its work. An admin can add you under People.
      </Message>
    );
  }
  if (state === 'wrong_token') {
    return (
      <Message title="Open the link from the terminal">
        The first admin is made by whoever can read this server’s terminal. Look there for an address with{' '}
        <InlineCode>/set-up?token=</InlineCode> and open it whole; starting the server again prints it once more.
      </Message>
    );
  }
  return (
    <Door
      title="Set up Countersign"
      subtitle="You become the first admin: you add people, connect Gemini and decide what needs approval."
    >
      <SetUpForm token={given} />
    </Door>
  );
}
