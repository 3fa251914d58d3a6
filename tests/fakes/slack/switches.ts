import { z } from 'zod';

const chance = z.union([z.boolean(), z.number().min(0).max(1)]);
const amount = z.number().min(0);

/** Lasting settings of the simulator. `true` is always, `false` never, a number the probability. */
export const switchesSchema = z.strictObject({
  /** How requests reach the app: signed HTTP, or envelopes over its open sockets. */
  transport: z.enum(['http', 'socket']),
  /** How long Slack waits for an answer to a click, a command or an event, in milliseconds. */
  answerTimeoutMs: amount,
  /** How long a `trigger_id` is good, by the simulated clock. */
  triggerLifetimeMs: amount,
  /** Every answer of the Web API comes so much later, in milliseconds. */
  latencyMs: amount,

  /** `post`: chat.postMessage per channel. `all`: also the tier of every method, per workspace and minute. */
  rateLimits: z.enum(['off', 'post', 'all']),
  /** So many messages in a row are let through before one per second and channel is enforced. */
  postBurst: z.number().min(1),

  homeEnabled: z.boolean(),
  messagesTabEnabled: z.boolean(),
  /** Whether an update may replace rich text by other blocks; Slack answers `block_mismatch`. */
  allowRichTextRemoval: z.boolean(),

  /** Multiplies the pauses before an event is sent again (at once, after a minute, after five). */
  retryFactor: amount,
  deliverTwice: chance,
  swapOrder: chance,
  drop: chance,
  deliveryDelayMs: amount,
  corruptSignature: chance,
  staleTimestamp: chance,
  staleSeconds: z.number(),
  /** The trigger that comes with an interaction has expired before it arrives. */
  lateTrigger: chance,
  /** Whether signatures carry the time of the wall clock or the simulated one. */
  deliveryClock: z.enum(['wall', 'simulated']),

  /** How often an open socket is pinged, in milliseconds; 0 is never. */
  socketPingMs: amount,
  /** The `iss` of id tokens. */
  openIdIssuer: z.string(),
});

export type Switches = z.infer<typeof switchesSchema>;

export const defaultSwitches: Switches = {
  transport: 'http',
  answerTimeoutMs: 3_000,
  triggerLifetimeMs: 3_000,
  latencyMs: 0,
  rateLimits: 'post',
  postBurst: 10,
  homeEnabled: true,
  messagesTabEnabled: true,
  allowRichTextRemoval: false,
  retryFactor: 1,
  deliverTwice: false,
  swapOrder: false,
  drop: false,
  deliveryDelayMs: 0,
  corruptSignature: false,
  staleTimestamp: false,
  staleSeconds: 301, // one second past Slack's window
  lateTrigger: false,
  deliveryClock: 'wall',
  socketPingMs: 10_000,
  openIdIssuer: 'https://slack.com',
};
