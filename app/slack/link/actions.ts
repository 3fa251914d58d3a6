'use server';

import { requestContext, requirePerson } from '@/lib/auth';
import { type Answer, answered } from '@/lib/people/answered';
import { services } from '@/lib/services';
import { confirmLink } from '@/lib/slack/linking';

/** Ties the Slack account of the address to whoever is signed in and pressed the button. */
export async function confirmLinkAction(_previous: Answer | null, form: FormData): Promise<Answer> {
  const person = await requirePerson();
  const token = String(form.get('token') ?? '').slice(0, 200);
  const context = await requestContext();
  return answered(() => confirmLink(services(), token, person, context), 'Linked');
}
