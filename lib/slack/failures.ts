import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';

/** What a failed call to Slack means, and so what to do about it. */
export type Failure =
  | { kind: 'rate_limited'; retryAfterMs: number; error: string }
  | { kind: 'unclear'; error: string } // perhaps done
  | { kind: 'place'; error: string } // the channel cannot be used
  | { kind: 'gone'; error: string } // the copy is gone or frozen
  | { kind: 'rejected'; error: string; details: readonly string[] } // what we sent is wrong: our bug
  | { kind: 'dead'; error: string } // the installation does not work any more
  | { kind: 'scope'; error: string; needed: string }
  | { kind: 'other'; error: string };

const kinds: Readonly<Record<string, 'unclear' | 'place' | 'gone' | 'rejected' | 'dead'>> = {
  internal_error: 'unclear',
  fatal_error: 'unclear',
  service_unavailable: 'unclear',
  request_timeout: 'unclear',
  not_in_channel: 'place',
  channel_not_found: 'place',
  is_archived: 'place',
  messages_tab_disabled: 'place',
  team_not_found: 'place',
  user_not_found: 'place',
  cannot_dm_bot: 'place',
  message_not_found: 'gone',
  cant_update_message: 'gone',
  edit_window_closed: 'gone',
  is_inactive: 'gone',
  invalid_blocks: 'rejected',
  invalid_blocks_format: 'rejected',
  msg_blocks_too_long: 'rejected',
  msg_too_long: 'rejected',
  block_mismatch: 'rejected',
  view_too_large: 'rejected',
  invalid_arguments: 'rejected',
  no_text: 'rejected',
  invalid_auth: 'dead',
  account_inactive: 'dead',
  token_revoked: 'dead',
  token_expired: 'dead',
  not_authed: 'dead',
};

/** Reads what a call threw. A rate limit without a waiting time, like everything unknown, may have been done. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof WebAPIRateLimitedError) {
    return { kind: 'rate_limited', retryAfterMs: Math.max(1, thrown.retryAfter) * 1_000, error: 'ratelimited' };
  }
  if (thrown instanceof WebAPIPlatformError) {
    const { error, response_metadata: meta } = thrown.data;
    if (error === 'missing_scope') {
      const { needed } = thrown.data as { needed?: unknown };
      return { kind: 'scope', error, needed: typeof needed === 'string' ? needed : 'unknown' };
    }
    if (error === 'ratelimited' || error === 'rate_limited')
      return { kind: 'rate_limited', retryAfterMs: 30_000, error };
    const kind = error.startsWith('restricted_action') ? 'place' : kinds[error];
    if (kind === 'rejected') return { kind, error, details: (meta?.messages ?? []).slice(0, 5) };
    return kind === undefined ? { kind: 'other', error } : { kind, error };
  }
  if (thrown instanceof WebAPIHTTPError) return { kind: 'unclear', error: `HTTP ${thrown.statusCode}` };
  return { kind: 'unclear', error: thrown instanceof Error ? thrown.name : 'no answer' };
}
