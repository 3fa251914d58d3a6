'use server';

import { refresh } from 'next/cache';
import { z } from 'zod';
import { checkpointOnDemand } from '@/lib/audit/checkpoint';
import { proveFromCheckpoint } from '@/lib/audit/consistency';
import { removeView, saveView } from '@/lib/audit/saved-views';
import { startVerification } from '@/lib/audit/verification';
import type { Consistency } from '@/lib/audit/views';
import { requestContext, requirePerson } from '@/lib/auth';
import { AppError } from '@/lib/errors';
import { type Answer, answered } from '@/lib/people/answered';
import { services } from '@/lib/services';

/** Keeps the filter on show under a name, for the person alone; the same name again takes the new filter. */
export async function saveViewAction(name: string, query: string): Promise<Answer> {
  const by = await requirePerson('audit.read');
  const answer = await answered(() => saveView(services(), { name, query }, by), 'View saved');
  refresh();
  return answer;
}

/** Forgets a view of the person's own. */
export async function removeViewAction(id: string): Promise<Answer> {
  const by = await requirePerson('audit.read');
  const answer = await answered(() => removeView(services(), id, by), 'View removed');
  refresh();
  return answer;
}

/** Signs the log as it stands and writes the checkpoint to every place. */
export async function checkpointAction(): Promise<Answer> {
  const by = await requirePerson('audit.read');
  const context = await requestContext();
  const answer = await answered(async () => {
    const { size } = await checkpointOnDemand(services(), by, context);
    return { kind: 'done', message: `Signed at ${size.toLocaleString('en')} entries.` };
  });
  refresh();
  return answer;
}

/** The proof that the log still begins with the checkpoint in this text, as a file; or why there is none. */
export async function proveAction(checkpoint: string): Promise<Consistency | { message: string }> {
  const by = await requirePerson('audit.read');
  try {
    return await proveFromCheckpoint(services(), z.string().max(100_000).parse(checkpoint), by);
  } catch (error) {
    if (error instanceof AppError) return { message: error.message };
    throw error;
  }
}

/** Begins a full verification of the history; the page shows how far it is. */
export async function verifyAction(): Promise<Answer> {
  const by = await requirePerson('audit.read');
  const answer = await answered(async () => {
    await startVerification(services(), by);
    return { kind: 'done' };
  });
  refresh();
  return answer;
}
