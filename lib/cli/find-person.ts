import type { Person } from '@/lib/domain/person';
import { personColumns, toPerson } from '@/lib/people/store';
import type { Services } from '@/lib/services';
import { Failure } from './command';

/** The person with this e-mail address. Throws `Failure` when there is none. */
export async function findPerson(services: Pick<Services, 'db' | 'now'>, email: string): Promise<Person> {
  const row = await services.db.prisma.user.findUnique({
    where: { email: email.trim().toLowerCase() },
    select: personColumns,
  });
  if (row === null) throw new Failure(`Nobody here has the e-mail address ${email}.`);
  return toPerson(row, services.now());
}
