import { createHmac } from 'node:crypto';

/** The two headers by which the app knows that a request came from Slack. `timestamp` in Unix seconds. */
export function signatureHeaders(secret: string, timestamp: number, body: string): Record<string, string> {
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': String(timestamp), 'x-slack-signature': `v0=${signature}` };
}
