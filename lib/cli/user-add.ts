import { roles } from '@/lib/domain/person';
import { newToken } from '@/lib/ids';
import { createPerson, newPersonSchema } from '@/lib/people/people';
import { type Command, Failure, UsageError } from './command';

/** Adds a person who signs in with a password. */
export const addUserCommand: Command = {
  usage: 'user add --email E-MAIL [--name NAME] [--role viewer|reviewer|auditor|admin] [--password-stdin]',
  does: 'Adds a person; without --password-stdin a password is made and printed on the last line.',
  options: {
    email: { type: 'string' },
    name: { type: 'string' },
    role: { type: 'string' },
    'password-stdin': { type: 'boolean' },
  },
  async run({ services, option, flag }, terminal) {
    const email = option('email');
    if (email === null) throw new UsageError('--email is missing.');
    const given = flag('password-stdin') ? (await terminal.readInput()).replace(/\r?\n$/, '') : null;
    const password = given ?? newToken(18);
    const read = newPersonSchema.safeParse({
      email,
      name: option('name') ?? email.split('@')[0],
      role: option('role') ?? 'viewer',
      password,
    });
    if (!read.success) {
      const [issue] = read.error.issues;
      const field = String(issue?.path[0] ?? '');
      const message = field === 'role' ? `Choose one of ${roles.join(', ')}.` : issue?.message;
      throw new UsageError(`${field}: ${message}`);
    }
    const outcome = await createPerson(services, read.data, 'system', { surface: 'cli' });
    if (outcome.kind === 'refused') throw new Failure(outcome.message);
    const { name, email: address, role } = outcome.person;
    terminal.out(`Added ${name} <${address}> as ${role}.`);
    if (given !== null) return;
    terminal.out('Their password, shown this once:');
    terminal.out(password);
  },
};
