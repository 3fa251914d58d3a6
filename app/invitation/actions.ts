'use server';

import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { auth, requestContext } from '@/lib/auth';
import { acceptInvitation, acceptSchema } from '@/lib/people/invitations';
import { services } from '@/lib/services';

export type AcceptState = Readonly<{
  message: string;
  errors: Readonly<Partial<Record<'name' | 'password', string>>>;
  name: string;
}>;

/** Makes the account of whoever was invited, signs them in and goes to the inbox. */
export async function acceptAction(_previous: AcceptState, data: FormData): Promise<AcceptState> {
  const text = (name: string) => String(data.get(name) ?? '').slice(0, 500);
  const read = acceptSchema.safeParse({ name: text('name'), password: text('password') });
  if (!read.success) {
    const errors = Object.fromEntries(read.error.issues.map((issue) => [String(issue.path[0]), issue.message]));
    return { message: '', errors, name: text('name') };
  }
  const outcome = await acceptInvitation(services(), text('token'), read.data, await requestContext());
  if (outcome.kind === 'refused') return { message: outcome.message, errors: {}, name: read.data.name };
  await auth().api.startSession({
    body: { personId: outcome.personId, method: 'invitation' },
    headers: await headers(),
  });
  redirect('/inbox');
}
