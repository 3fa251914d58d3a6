'use server';

import { refresh } from 'next/cache';
import { z } from 'zod';
import { requestContext, requirePerson } from '@/lib/auth';
import { type Answer, answered } from '@/lib/people/answered';
import { changeGroup, createGroup, deleteGroup, groupSchema, setMembers } from '@/lib/people/groups';
import { services } from '@/lib/services';

const id = z.string().min(1).max(100);

/** Makes a group, or changes the one of this id. */
export async function saveGroupAction(groupId: string | null, name: string, description: string): Promise<Answer> {
  const by = await requirePerson('people.manage');
  const known = id.nullable().parse(groupId);
  const read = groupSchema.safeParse({ name, description });
  if (!read.success) return { ok: false, message: read.error.issues[0]?.message ?? 'Give a name.' };
  const context = await requestContext();
  const answer = await answered(() =>
    known === null
      ? createGroup(services(), read.data, by, context)
      : changeGroup(services(), known, read.data, by, context),
  );
  refresh();
  return answer;
}

/** Makes these people the members of a group. */
export async function setMembersAction(groupId: string, personIds: readonly string[]): Promise<Answer> {
  const by = await requirePerson('people.manage');
  const input = z.object({ groupId: id, personIds: z.array(id).max(1000) }).parse({ groupId, personIds });
  const context = await requestContext();
  const answer = await answered(() => setMembers(services(), input.groupId, input.personIds, by, context));
  refresh();
  return answer;
}

/** Deletes a group. */
export async function deleteGroupAction(groupId: string): Promise<Answer> {
  const by = await requirePerson('people.manage');
  const known = id.parse(groupId);
  const context = await requestContext();
  const answer = await answered(() => deleteGroup(services(), known, by, context));
  refresh();
  return answer;
}
