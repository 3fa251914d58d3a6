'use server';

import { refresh } from 'next/cache';
import { z } from 'zod';
import { requestContext, requirePerson } from '@/lib/auth';
import { roles } from '@/lib/domain/person';
import { endSessionsOf } from '@/lib/people/account';
import { type Answer, answered } from '@/lib/people/answered';
import { erasePerson } from '@/lib/people/erase';
import { resetFactors } from '@/lib/people/factors';
import { generatePassword } from '@/lib/people/password';
import {
  changeRole,
  createPerson,
  deactivatePerson,
  newPersonSchema,
  reactivatePerson,
  setPassword,
  setSeatEnd,
} from '@/lib/people/people';
import { services } from '@/lib/services';

export type AddedPerson =
  | { kind: 'untouched' }
  | { kind: 'added'; name: string; email: string; password: string; address: string }
  | {
      kind: 'failed';
      message: string;
      errors: Readonly<Partial<Record<'name' | 'email' | 'role' | 'seatEndsAt', string>>>;
      values: Readonly<{ name: string; email: string; role: string; lastDay: string }>;
    };

/** Adds a person with a generated password, which the answer carries this once. */
export async function addPersonAction(_previous: AddedPerson, data: FormData): Promise<AddedPerson> {
  const by = await requirePerson('people.manage');
  const text = (name: string) => String(data.get(name) ?? '').slice(0, 500);
  const values = { name: text('name'), email: text('email'), role: text('role'), lastDay: text('lastDay') };
  const password = generatePassword();
  const seatEndsAt = values.role === 'auditor' ? endOfDay.safeParse(values.lastDay).data : null;
  const read = newPersonSchema.safeParse({ ...values, password, seatEndsAt });
  if (!read.success) {
    const errors = Object.fromEntries(read.error.issues.map((issue) => [String(issue.path[0]), issue.message]));
    return { kind: 'failed', message: '', errors, values };
  }
  const context = await requestContext();
  const answer = await answered(() => createPerson(services(), read.data, by, context));
  if (!answer.ok) return { kind: 'failed', message: answer.message, errors: {}, values };
  refresh();
  return {
    kind: 'added',
    name: read.data.name,
    email: read.data.email,
    password,
    address: `${services().env.appUrl}/sign-in`,
  };
}

const personId = z.string().min(1).max(100);

// The last day is whole, by the clock that all times here are kept in.
const endOfDay = z.union([
  z.literal('').transform(() => null),
  z.iso.date().transform((day) => new Date(Date.parse(`${day}T00:00:00Z`) + 24 * 3600_000)),
]);

/** Sets the last day of an auditor's seat; an empty one means that it does not end. */
export async function setSeatAction(id: string, lastDay: string): Promise<Answer> {
  const by = await requirePerson('people.manage');
  const person = personId.parse(id);
  const read = endOfDay.safeParse(lastDay);
  if (!read.success) return { ok: false, message: 'Give a day.' };
  const context = await requestContext();
  const answer = await answered(() => setSeatEnd(services(), person, read.data, by, context), 'Seat changed');
  refresh();
  return answer;
}

/** Gives a person another role. */
export async function changeRoleAction(id: string, role: string): Promise<Answer> {
  const by = await requirePerson('people.manage');
  const input = z.object({ id: personId, role: z.enum(roles) }).parse({ id, role });
  const context = await requestContext();
  const answer = await answered(() => changeRole(services(), input.id, input.role, by, context), 'Role changed');
  refresh();
  return answer;
}

/** Shuts a person out, or lets them in again. */
export async function setActiveAction(id: string, active: boolean): Promise<Answer> {
  const by = await requirePerson('people.manage');
  const [person, wanted] = [personId.parse(id), z.boolean().parse(active)];
  const context = await requestContext();
  const answer = await answered(
    () => (wanted ? reactivatePerson : deactivatePerson)(services(), person, by, context),
    wanted ? 'Let in again' : 'Deactivated. Their sessions have ended.',
  );
  refresh();
  return answer;
}

/** Sets a generated password, which the answer carries this once. */
export async function resetPasswordAction(id: string): Promise<Answer & { password?: string }> {
  const by = await requirePerson('people.manage');
  const password = generatePassword();
  const input = { personId: personId.parse(id), password };
  const context = await requestContext();
  const answer = await answered(() => setPassword(services(), input, by, context));
  return answer.ok ? { ...answer, password } : answer;
}

/** Erases who somebody is, for good. */
export async function erasePersonAction(id: string, reason: string): Promise<Answer> {
  const by = await requirePerson('people.manage');
  const input = z.object({ id: personId, reason: z.string().max(2000) }).parse({ id, reason });
  const context = await requestContext();
  const answer = await answered(() => erasePerson(services(), input.id, input.reason, by, context), 'Erased');
  refresh();
  return answer;
}

/** Ends one of a person's sessions, or with null all of them. */
export async function endSessionsOfAction(id: string, sessionId: string | null): Promise<Answer> {
  const by = await requirePerson('people.manage');
  const input = z.object({ id: personId, sessionId: personId.nullable() }).parse({ id, sessionId });
  const context = await requestContext();
  const answer = await answered(
    async () => {
      await endSessionsOf(services(), by, input.id, input.sessionId, context);
      return undefined;
    },
    input.sessionId === null ? 'All their sessions have ended.' : 'That session has ended.',
  );
  refresh();
  return answer;
}

/** Takes every second factor of a person away. */
export async function resetFactorsAction(id: string): Promise<Answer> {
  const by = await requirePerson('people.manage');
  const person = personId.parse(id);
  const context = await requestContext();
  const answer = await answered(() => resetFactors(services(), person, by, context));
  refresh();
  return answer;
}
