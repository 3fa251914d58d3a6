import { AppError } from '@/lib/errors';

/** What a form's action answers with, unless it has more to say. */
export type Answer = { ok: true; message: string } | { ok: false; message: string };

/**
 * Runs a use case for a form: what the caller got wrong becomes words beside the form, everything else rises to the error
 * page. `done` is said when the use case has nothing to say of its own.
 */
export async function answered(
  work: () => Promise<{ kind: string; message?: string } | undefined>,
  done = '',
): Promise<Answer> {
  try {
    const outcome = await work();
    return { ok: outcome?.kind !== 'refused', message: outcome?.message ?? done };
  } catch (error) {
    if (error instanceof AppError) return { ok: false, message: error.message };
    throw error;
  }
}
