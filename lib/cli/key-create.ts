import { createKey, type KeyScope, keyScopes } from '@/lib/people/keys';
import { type Command, UsageError } from './command';
import { findPerson } from './find-person';

const dayMs = 24 * 3600_000;

/** Makes an API key in a person's name. */
export const createKeyCommand: Command = {
  usage: `key create --user E-MAIL --scopes ${keyScopes.join(',')} [--name NAME] [--days DAYS]`,
  does: 'Makes an API key that acts for a person; it is printed once, on the last line.',
  options: {
    user: { type: 'string' },
    scopes: { type: 'string' },
    name: { type: 'string' },
    days: { type: 'string' },
  },
  async run({ services, option }, terminal) {
    const user = option('user');
    if (user === null)
      throw new UsageError('--user is missing: the e-mail address of the person for whom the key acts.');
    const scopes = scopesIn(option('scopes'));
    const days = option('days') === null ? null : Number(option('days'));
    if (days !== null && !(days > 0 && days <= 3650)) throw new UsageError('--days takes a number up to 3650.');
    const person = await findPerson(services, user);
    const { key } = await createKey(services, {
      name: option('name') ?? 'Command line',
      scopes,
      ownerId: person.id,
      expiresAt: days === null ? null : new Date(services.now().getTime() + days * dayMs),
      by: 'system',
      context: { surface: 'cli' },
    });
    terminal.out(`A key for ${person.name} (${person.role}) with ${scopes.join(', ')}; it is shown this once:`);
    terminal.out(key);
  },
};

function scopesIn(text: string | null): readonly KeyScope[] {
  const wanted = (text ?? '')
    .split(',')
    .map((scope) => scope.trim())
    .filter(Boolean);
  const unknown = wanted.filter((scope) => !keyScopes.some((known) => known === scope));
  if (unknown.length > 0)
    throw new UsageError(`There is no scope ${unknown.join(', ')}; there are ${keyScopes.join(', ')}.`);
  if (wanted.length === 0) throw new UsageError(`--scopes is missing: one or more of ${keyScopes.join(',')}.`);
  return keyScopes.filter((scope) => wanted.includes(scope));
}
