import type { JsonObject } from '../json';
import { claimsOf, type Keys, verifyJws } from './jws';
import type { Findings } from './report';

/**
 * The statement in a JWS when one of the keys signed it and it is of the kind that `parse` takes; else null, and what is
 * wrong is among the findings. Without keys the statement is taken unverified, and the findings say that too.
 */
export async function signedStatement<Statement>(
  found: Findings,
  input: Readonly<{
    jws: string;
    keys: Keys | null;
    name: string; // such as "the receipt"
    parse: (payload: JsonObject) => Statement | null;
    line?: number;
  }>,
): Promise<Statement | null> {
  const { name, parse } = input;
  const at = input.line === undefined ? {} : { line: input.line };
  const payload = await payloadOf(found, { ...input, at });
  if (payload === null) return null;
  const statement = parse(payload);
  if (statement === null) {
    const type =
      typeof payload.type === 'string' ? `it is a ${payload.type.replace(/^countersign\./, '')}` : 'it has no type';
    found.fault({ code: 'wrong_statement', message: `${capital(name)} is not one: ${type}, or not whole.`, ...at });
    return null;
  }
  return statement;
}

async function payloadOf(
  found: Findings,
  { jws, keys, name, at }: { jws: string; keys: Keys | null; name: string; at: { line?: number } },
): Promise<JsonObject | null> {
  if (keys === null) {
    const claims = claimsOf(jws);
    if (claims === null) found.fault({ code: 'unreadable', message: `${capital(name)} is no compact JWS.`, ...at });
    return claims;
  }
  const signed = await verifyJws(jws, keys);
  switch (signed.kind) {
    case 'valid':
      return signed.payload;
    case 'forged':
      found.fault({
        code: 'forged',
        message: `${capital(name)} is forged: key ${signed.kid} did not sign these bytes.`,
        ...at,
      });
      return null;
    case 'unknown_key':
      found.fault({
        code: 'unknown_key',
        message: `${capital(name)} is signed by a key that is not among the published ones (${signed.kid}).`,
        ...at,
      });
      return null;
    case 'malformed':
      found.fault({ code: 'unreadable', message: `${capital(name)} is no compact JWS of ours.`, ...at });
      return null;
  }
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
