import { defaults } from '../fakes/slack/server';
import { signatureHeaders } from '../fakes/slack/signing';

/** A request as Slack sends it: a form for interactions and commands, JSON for events. */
export function signedRequest(
  payload: unknown,
  kind: 'interaction' | 'command' | 'event' = 'interaction',
): { method: 'POST'; headers: Record<string, string>; body: string } {
  const body =
    kind === 'event'
      ? JSON.stringify(payload)
      : new URLSearchParams(
          kind === 'command' ? (payload as Record<string, string>) : { payload: JSON.stringify(payload) },
        ).toString();
  const type = kind === 'event' ? 'application/json' : 'application/x-www-form-urlencoded';
  const signature = signatureHeaders(defaults.signingSecret, Math.floor(Date.now() / 1000), body);
  return { method: 'POST', headers: { 'content-type': type, ...signature }, body };
}
