import { isObject, type JsonObject } from './wire';

/** `true` is always, `false` never, a number the probability. */
export type Chance = boolean | number;

/** Lasting settings of the simulator. What the real API leaves open stands here with the likeliest answer as default. */
export type Switches = {
  /** How long the model thinks before a turn ends, in milliseconds. */
  thinkMs: number;
  /** Up to so many milliseconds more, by the seeded random. */
  thinkJitterMs: number;
  /** What `GET` shows of a chain: the interaction's own steps, or those of its ancestors before them. */
  timeline: 'own' | 'chain';
  omitUserInput: boolean;
  echoTools: boolean;
  /** So many first reads of each interaction answer 404. */
  firstReadsNotFound: number;
  acceptPartialResults: boolean;
  secondResume: 'branch' | 'refuse';
  cancelPaused: 'refuse' | 'cancel';
  /** How long an interaction is kept, in milliseconds of the simulated clock. */
  retentionMs: number;
  /** Whether interactions that did not run in the background cause events as well. */
  notifyForeground: boolean;

  dynamicSignature: 'v1a' | 'jwt';
  /** Which published keys carry a `kid`. Seen live: none of the Ed25519 keys; documented: the RSA key. */
  keyIds: 'none' | 'rsa' | 'all';
  userMetadataPlace: 'top' | 'data' | 'claims' | 'none';
  /** `null`: the address of the delivery. */
  jwtAudience: string | null;
  /** `null`: no `exp`. Negative: already expired. */
  jwtLifetimeSeconds: number | null;

  /** Whether the webhook timestamp follows the wall clock or the simulated one. */
  deliveryClock: 'wall' | 'simulated';
  /** Multiplies every pause of the retry schedule. */
  retryFactor: number;
  deliveryTimeoutMs: number;
  /** So many failed attempts in a row disable a webhook; `null`: when a delivery has used up its schedule. */
  disableAfterFailures: number | null;
  deliverTwice: Chance;
  swapOrder: Chance;
  deliveryDelayMs: number;
  drop: Chance;
  corruptSignature: Chance;
  staleTimestamp: Chance;
  staleSeconds: number;
};

const DAY_MS = 86_400_000;

export const defaultSwitches: Switches = {
  thinkMs: 25,
  thinkJitterMs: 0,
  timeline: 'own',
  omitUserInput: false,
  echoTools: false,
  firstReadsNotFound: 0,
  acceptPartialResults: false,
  secondResume: 'branch',
  cancelPaused: 'refuse',
  retentionMs: 55 * DAY_MS,
  notifyForeground: false,
  dynamicSignature: 'v1a',
  keyIds: 'rsa',
  userMetadataPlace: 'top',
  jwtAudience: null,
  jwtLifetimeSeconds: 300,
  deliveryClock: 'wall',
  retryFactor: 1,
  deliveryTimeoutMs: 10_000,
  disableAfterFailures: null,
  deliverTwice: false,
  swapOrder: false,
  deliveryDelayMs: 0,
  drop: false,
  corruptSignature: false,
  staleTimestamp: false,
  staleSeconds: 301, // one second past the window of Standard Webhooks
};

/** Reads a set of switches that came over HTTP; throws a plain error that names the first bad one. */
export function parseSwitches(value: unknown): Partial<Switches> {
  if (!isObject(value)) throw new Error('switches: expected an object');
  const patch: JsonObject = {};
  for (const [key, given] of Object.entries(value)) {
    const accepts = accepted[key];
    if (accepts === undefined) throw new Error(`switches: there is no switch "${key}"`);
    if (!accepts(given)) throw new Error(`switches: "${key}" does not take ${JSON.stringify(given)}`);
    patch[key] = given;
  }
  return patch as Partial<Switches>; // every key and value was just checked
}

type Test = (value: unknown) => boolean;

const bool: Test = (value) => typeof value === 'boolean';
const amount: Test = (value) => typeof value === 'number' && value >= 0;
const chance: Test = (value) => bool(value) || (typeof value === 'number' && value >= 0 && value <= 1);
const oneOf =
  (...words: string[]): Test =>
  (value) =>
    typeof value === 'string' && words.includes(value);
const orNull =
  (test: Test): Test =>
  (value) =>
    value === null || test(value);

const checks: Record<keyof Switches, Test> = {
  thinkMs: amount,
  thinkJitterMs: amount,
  timeline: oneOf('own', 'chain'),
  omitUserInput: bool,
  echoTools: bool,
  firstReadsNotFound: amount,
  acceptPartialResults: bool,
  secondResume: oneOf('branch', 'refuse'),
  cancelPaused: oneOf('refuse', 'cancel'),
  retentionMs: amount,
  notifyForeground: bool,
  dynamicSignature: oneOf('v1a', 'jwt'),
  keyIds: oneOf('none', 'rsa', 'all'),
  userMetadataPlace: oneOf('top', 'data', 'claims', 'none'),
  jwtAudience: orNull((value) => typeof value === 'string'),
  jwtLifetimeSeconds: orNull((value) => typeof value === 'number'),
  deliveryClock: oneOf('wall', 'simulated'),
  retryFactor: amount,
  deliveryTimeoutMs: amount,
  disableAfterFailures: orNull(amount),
  deliverTwice: chance,
  swapOrder: chance,
  deliveryDelayMs: amount,
  drop: chance,
  corruptSignature: chance,
  staleTimestamp: chance,
  staleSeconds: (value) => typeof value === 'number',
};
const accepted: Record<string, Test | undefined> = checks;
