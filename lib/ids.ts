import { randomBytes } from 'node:crypto';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'; // Crockford's base 32: no i, l, o, u

export type IdPrefix =
  | 'usr'
  | 'grp'
  | 'del'
  | 'inv'
  | 'key'
  | 'agt'
  | 'run'
  | 'pau'
  | 'apr'
  | 'vot'
  | 'cmt'
  | 'att'
  | 'aud'
  | 'exp'
  | 'rec'
  | 'viw'
  | 'ver'
  | 'sec'
  | 'pbt'
  | 'wrk'
  | 'sli'
  | 'sll'
  | 'slm';

/** A new id, `apr_01k…`: sortable by time to the millisecond, 80 random bits behind it. */
export function newId(prefix: IdPrefix, now: Date = new Date()): string {
  let time = now.getTime();
  let head = '';
  for (let place = 0; place < 10; place++) {
    head = alphabet.charAt(time % 32) + head;
    time = Math.floor(time / 32);
  }
  let tail = '';
  for (const byte of randomBytes(16)) tail += alphabet.charAt(byte % 32);
  return `${prefix}_${head}${tail}`;
}

/** A random token for addresses and keys: `bytes` of randomness, URL-safe. */
export function newToken(bytes = 24): string {
  return randomBytes(bytes).toString('base64url');
}
