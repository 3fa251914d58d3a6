import { createHmac, timingSafeEqual } from 'node:crypto';

export type SignatureProblem = 'no_secret' | 'missing' | 'malformed' | 'too_old' | 'from_the_future' | 'wrong';

const windowSeconds = 5 * 60; // Slack: requests more than five minutes off are not to be trusted

/**
 * Checks Slack's signature over the bytes as received; null: it is good. Any of the secrets may have made it, so that one
 * can be changed for another without a gap.
 */
export function signatureProblem(input: {
  headers: Headers;
  rawBody: Uint8Array;
  secrets: readonly string[];
  now: Date;
}): SignatureProblem | null {
  const { headers, rawBody, secrets, now } = input;
  if (secrets.length === 0) return 'no_secret';
  const timestamp = headers.get('x-slack-request-timestamp');
  const signature = headers.get('x-slack-signature');
  if (timestamp === null || signature === null) return 'missing';
  if (!/^\d{1,12}$/.test(timestamp) || !/^v0=[0-9a-f]{64}$/.test(signature)) return 'malformed';
  const age = Math.floor(now.getTime() / 1000) - Number(timestamp);
  if (age > windowSeconds) return 'too_old';
  if (age < -windowSeconds) return 'from_the_future';
  const given = Buffer.from(signature.slice(3), 'hex');
  // Every secret is tried whatever the others said, so that the time tells nothing.
  const fits = secrets.map((secret) => timingSafeEqual(given, expected(secret, timestamp, rawBody)));
  return fits.includes(true) ? null : 'wrong';
}

function expected(secret: string, timestamp: string, rawBody: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(`v0:${timestamp}:`).update(rawBody).digest();
}
