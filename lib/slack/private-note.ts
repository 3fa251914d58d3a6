import type { KnownBlock } from '@slack/types';
import { log } from '@/lib/log';
import type { Services } from '@/lib/services';
import { literal, unformatted } from './blocks/text';

/** A note that only one person sees. */
export type PrivateNote = Readonly<{ text: string; blocks?: readonly KnownBlock[] }>;

const hosts = ['hooks.slack.com', 'hooks.slack-gov.com'];
const timeoutMs = 3_000;

/** Sends a note to the address that came with a click; false when there is none, or it did not arrive. Never throws. */
export async function privateNote(
  services: Pick<Services, 'env'>,
  responseUrl: string | null,
  note: PrivateNote,
): Promise<boolean> {
  if (responseUrl === null || !isSlacks(services, responseUrl)) return false;
  try {
    const answer = await fetch(responseUrl, {
      method: 'POST',
      redirect: 'error',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({
        response_type: 'ephemeral',
        replace_original: false,
        text: unformatted(note.text, 3_000),
        blocks: note.blocks ?? [{ type: 'section', block_id: 'note', text: literal(note.text, 2_900) }],
      }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    await answer.body?.cancel();
    if (!answer.ok) log.warn({ status: answer.status }, 'slack.note_not_delivered');
    return answer.ok;
  } catch (error) {
    log.warn({ err: error }, 'slack.note_not_delivered');
    return false;
  }
}

// The address is in a signed request, still we post nowhere but to Slack, or to where its API was said to be.
function isSlacks({ env }: Pick<Services, 'env'>, address: string): boolean {
  const url = new URL(address);
  const api = new URL(env.slack.apiUrl);
  return (
    (url.protocol === 'https:' && hosts.includes(url.host)) ||
    (url.origin === api.origin && !api.host.endsWith('slack.com'))
  );
}
