'use server';

import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { auth, requestContext } from '@/lib/auth';
import { newPersonSchema } from '@/lib/people/people';
import { setUp } from '@/lib/people/set-up';
import { services } from '@/lib/services';

export type SetUpFormState = Readonly<{
  message: string;
  errors: Readonly<Partial<Record<'name' | 'email' | 'password', string>>>;
  values: Readonly<{ name: string; email: string }>;
}>;

const form = newPersonSchema.omit({ role: true });

/** Makes the first admin, signs them in and goes to the inbox; else says what is wrong, field by field. */
export async function setUpAction(_previous: SetUpFormState, data: FormData): Promise<SetUpFormState> {
  const text = (name: string) => String(data.get(name) ?? '').slice(0, 500);
  const values = { name: text('name'), email: text('email') };
  const read = form.safeParse({ ...values, password: text('password') });
  if (!read.success) {
    const errors = Object.fromEntries(read.error.issues.map((issue) => [String(issue.path[0]), issue.message]));
    return { message: '', errors, values };
  }
  const outcome = await setUp(services(), text('token'), read.data, await requestContext());
  if (outcome.kind === 'refused') {
    const message =
      outcome.state === 'done'
        ? 'Somebody else was first: there is an admin already. Ask them to add you.'
        : 'The link is not right. Open the one that the server prints in its terminal.';
    return { message, errors: {}, values };
  }
  await auth().api.startSession({ body: { personId: outcome.person.id, method: 'set_up' }, headers: await headers() });
  redirect('/inbox');
}
