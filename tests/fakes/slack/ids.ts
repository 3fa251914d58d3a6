import { randomBytes, randomInt } from 'node:crypto';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** An id as Slack's look: a letter for the kind (`U`, `C`, `V`, `Ev` …) and ten capitals or digits. */
export function newId(kind: string): string {
  return kind + Array.from({ length: 10 }, () => LETTERS[randomInt(LETTERS.length)] ?? '0').join('');
}

/** What Slack puts in for a `block_id` or `action_id` that was left out. */
export function newBlockId(): string {
  return randomBytes(4).toString('base64url').slice(0, 5);
}

export function newTriggerId(): string {
  return `${digits(13)}.${digits(13)}.${randomBytes(16).toString('hex')}`;
}

export function newToken(prefix: 'xoxb' | 'xoxp' | 'xapp'): string {
  return `${prefix}-made-up-${randomBytes(12).toString('hex')}`;
}

export function newCode(): string {
  return `${digits(13)}.${randomBytes(16).toString('hex')}`;
}

/** The part of a `response_url` or socket address that nobody can guess. */
export function newSecretPart(): string {
  return randomBytes(18).toString('base64url').replace(/[-_]/g, 'x');
}

function digits(count: number): string {
  return Array.from({ length: count }, () => String(randomInt(10))).join('');
}
