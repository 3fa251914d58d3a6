import type { z } from 'zod';
import { bareId } from '@/lib/domain/interaction';
import { AppError } from '@/lib/errors';
import { invalidInput, parseInput, readJson, wrongText } from '@/lib/http';
import type { IdPrefix } from '@/lib/ids';

const maxBytes = 1024 * 1024; // product.md §6: bodies under /api/v1 up to 1 MiB

/** What Next gives a handler of an address with an id in it. */
export type WithId = Readonly<{ params: Promise<Readonly<{ id: string }>> }>;

/** The body of a request to the API, as its schema says. */
export async function bodyOf<Schema extends z.ZodType>(request: Request, schema: Schema): Promise<z.output<Schema>> {
  return parseInput(schema, await readJson(request, { maxBytes }));
}

/** The query of a request to the API, as its schema says. */
export function queryOf<Schema extends z.ZodType>(request: Request, schema: Schema): z.output<Schema> {
  const query = Object.fromEntries(new URL(request.url).searchParams);
  const wrong = Object.entries(query).flatMap(([name, value]) => {
    const message = wrongText(value) ?? wrongText(name);
    return message ? [{ path: `/${name.replaceAll('\0', '')}`, message }] : [];
  });
  if (wrong.length > 0) throw invalidInput(wrong);
  return parseInput(schema, query);
}

/** The id in the address. What cannot be one of ours is not looked for. */
export async function idOf(context: WithId, prefix: IdPrefix, noun: string): Promise<string> {
  const { id } = await context.params;
  if (new RegExp(`^${prefix}_[0-9a-z]{26}$`).test(id)) return id;
  throw notFound(noun);
}

/** Gemini's id in the address: theirs to choose, so only what cannot be stored is ruled out. */
export async function geminiIdOf(context: WithId): Promise<string> {
  const id = bareId(decoded((await context.params).id));
  if (id.length <= 2000 && wrongText(id) === null) return id;
  throw notFound('interaction');
}

/** The Idempotency-Key of a request, unique to the API key that sent it; null: none was sent. */
export function idempotencyKeyOf(request: Request, keyId: string): string | null {
  const sent = request.headers.get('idempotency-key')?.trim();
  if (sent === undefined) return null;
  if (/^[\x20-\x7e]{1,255}$/.test(sent)) return `${keyId}:${sent}`;
  throw invalidInput(
    [{ path: '', message: 'An Idempotency-Key has 1 to 255 ASCII characters.' }],
    'The header Idempotency-Key has 1 to 255 ASCII characters.',
  );
}

export const notFound = (noun: string): AppError => new AppError('not_found', `There is no ${noun} with this id.`);

// Whether Next has decoded the address differs by version and mode; none of Gemini's ids holds a percent sign.
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** An answer in JSON that nobody keeps. */
export function json(
  body: unknown,
  init: { status?: number; headers?: Readonly<Record<string, string>> } = {},
): Response {
  return new Response(JSON.stringify(body), {
    status: init.status ?? 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...init.headers },
  });
}
