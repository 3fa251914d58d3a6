import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Json, JsonObject } from './json';

/** The call as its hash binds it: Gemini's interaction id, and the call as the model made it. */
export type HashedCall = Readonly<{ interaction: string; callId: string; name: string; arguments: JsonObject }>;

/**
 * Lower-case hex SHA-256 over the RFC 8785 canonical JSON of `{interaction, call_id, name, arguments}`.
 * Every vote names it; it is compared again right before fulfilment and resume.
 */
export function callHash(call: HashedCall): string {
  return sha256OfCanonical({
    interaction: call.interaction,
    call_id: call.callId,
    name: call.name,
    arguments: call.arguments,
  });
}

/** The same over arguments alone, so that approvals count only for the arguments that they name. */
export function argumentsHash(args: JsonObject): string {
  return sha256OfCanonical(args);
}

/** Lower-case hex SHA-256 of the canonical form. Throws on what JSON cannot say (a lone surrogate, NaN). */
export function sha256OfCanonical(value: Json): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('The value has no canonical JSON form');
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
