import type { Clock } from '../gemini/clock';
import type { Switches } from './switches';

/** Thrown inside a method; the server answers 429 with `retry-after`. */
export class RateLimited extends Error {
  override readonly name = 'RateLimited';
  readonly seconds: number;
  constructor(seconds: number) {
    super('ratelimited');
    this.seconds = seconds;
  }
}

/** Slack's tiers: so many calls of a method per workspace and minute. */
export const tiers = { 1: 1, 2: 20, 3: 50, 4: 100, special: 300 } as const;
export type Tier = keyof typeof tiers;

export type RateLimits = {
  /** Throws `RateLimited` when the method was called too often within the minute. */
  countCall(method: string, teamId: string, tier: Tier): void;
  /** Throws `RateLimited` when a channel gets more than its one message per second, after a burst. */
  countPost(channel: string): void;
  reset(): void;
};

const MINUTE_MS = 60_000;

/** Reads the switches at each call, so that limits can be turned on and off. */
export function createRateLimits(clock: Clock, switches: Switches): RateLimits {
  const windows = new Map<string, { startedAt: number; calls: number }>();
  const buckets = new Map<string, { at: number; room: number }>();

  return {
    countCall(method, teamId, tier) {
      if (switches.rateLimits !== 'all') return;
      const key = `${method} ${teamId}`;
      const now = clock.now();
      const window = windows.get(key);
      if (window === undefined || now - window.startedAt >= MINUTE_MS) {
        windows.set(key, { startedAt: now, calls: 1 });
        return;
      }
      if (window.calls >= tiers[tier]) throw new RateLimited(Math.ceil((window.startedAt + MINUTE_MS - now) / 1_000));
      window.calls += 1;
    },
    countPost(channel) {
      if (switches.rateLimits === 'off') return;
      const now = clock.now();
      const bucket = buckets.get(channel) ?? { at: now, room: switches.postBurst };
      const room = Math.min(switches.postBurst, bucket.room + (now - bucket.at) / 1_000);
      if (room < 1) throw new RateLimited(Math.max(1, Math.ceil(1 - room)));
      buckets.set(channel, { at: now, room: room - 1 });
    },
    reset() {
      windows.clear();
      buckets.clear();
    },
  };
}
