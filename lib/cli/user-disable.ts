import { deactivatePerson } from '@/lib/people/people';
import { type Command, Failure, UsageError } from './command';
import { findPerson } from './find-person';

/** Shuts a person out of every surface. */
export const disableUserCommand: Command = {
  usage: 'user disable --email E-MAIL',
  does: 'Shuts a person out at once: sessions, API keys, Slack.',
  options: { email: { type: 'string' } },
  async run({ services, option }, terminal) {
    const email = option('email');
    if (email === null) throw new UsageError('--email is missing.');
    const person = await findPerson(services, email);
    const outcome = await deactivatePerson(services, person.id, 'system', { surface: 'cli' });
    if (outcome.kind === 'refused') throw new Failure(outcome.message);
    terminal.out(
      outcome.kind === 'done'
        ? `${person.name} is deactivated.`
        : `${person.name} was deactivated before; nothing changed.`,
    );
  },
};
