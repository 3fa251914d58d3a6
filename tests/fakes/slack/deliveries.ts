import { randomUUID } from 'node:crypto';
import type { Clock } from '../gemini/clock';
import type { Json, JsonObject } from '../gemini/wire';
import type { Random } from '../shared/random';
import type { DeliveryFaultKind, Faults } from './faults';
import { post } from './http-post';
import { signatureHeaders } from './signing';
import type { EnvelopeAnswer, Sockets } from './sockets';
import type { State } from './state';
import type { Switches } from './switches';

export type DeliveryKind =
  | 'block_actions'
  | 'block_suggestion'
  | 'view_submission'
  | 'view_closed'
  | 'slash_command'
  | 'event'
  | 'url_verification'
  | 'ssl_check';

/** One try to hand a request to the app; `at` is the wall clock in milliseconds. */
export type Attempt = {
  at: number;
  durationMs: number;
  status: number | null;
  body: string;
  /** Why no answer came: `operation_timeout`, `ECONNREFUSED`, `no_connection` … */
  error: string | null;
  retryNum: number;
  /** The second of a doubled pair. */
  copy: boolean;
};

/** A request to the app with all its attempts. `waiting`: an event that will be sent again. */
export type Delivery = {
  sequence: number;
  kind: DeliveryKind;
  transport: Switches['transport'];
  teamId: string | null;
  userId: string | null;
  channel: string | null;
  payload: JsonObject;
  state: 'sending' | 'answered' | 'waiting' | 'failed' | 'dropped';
  attempts: Attempt[];
};

export type Outgoing = Pick<Delivery, 'kind' | 'teamId' | 'userId' | 'channel' | 'payload'>;

export type Deliveries = {
  /** Resolves with the delivery once its first attempt has ended. Events are sent again later when that failed. */
  send(outgoing: Outgoing): Promise<Delivery>;
  list(): Delivery[];
  /** How many are under way, those that wait for a later retry aside. */
  busy(): number;
  /** Whether a trigger given to a request of this kind shall have expired already. */
  isTriggerLate(outgoing: Pick<Outgoing, 'kind' | 'teamId' | 'userId' | 'channel'>): boolean;
  reset(): void;
};

const RETRY_PAUSES_MS = [0, 60_000, 300_000]; // Slack: at once, after a minute, after five
const SWAP_WAIT_MS = 300; // a request that waits for the next one to overtake it does not wait longer
const DELAY_MS = 500;

export function createDeliveries(parts: {
  clock: Clock;
  state: State;
  switches: Switches;
  faults: Faults;
  random: Random;
  sockets: Sockets;
  historyLimit: number;
}): Deliveries {
  const { clock, state, switches, faults, random, sockets, historyLimit } = parts;
  let all: Delivery[] = [];
  let lastSequence = 0;
  let busy = 0;
  let held: (() => void) | null = null;

  function happens(kind: DeliveryFaultKind, about: Omit<Outgoing, 'payload'>): number | boolean {
    const fault = faults.takeForDelivery(kind, {
      payload: about.kind,
      channel: about.channel,
      team: about.teamId,
      user: about.userId,
    });
    if (fault !== null) return fault.delayMs ?? true;
    const chances: Record<DeliveryFaultKind, boolean | number> = {
      drop: switches.drop,
      twice: switches.deliverTwice,
      delay: switches.deliveryDelayMs > 0,
      swap: switches.swapOrder,
      corrupt_signature: switches.corruptSignature,
      stale_timestamp: switches.staleTimestamp,
      late_trigger: switches.lateTrigger,
    };
    const chance = chances[kind];
    return typeof chance === 'boolean' ? chance : random.next() < chance;
  }

  async function begin(delivery: Delivery): Promise<void> {
    if (happens('drop', delivery)) {
      delivery.state = 'dropped';
      return;
    }
    const delay = happens('delay', delivery);
    if (delay !== false) await pause(typeof delay === 'number' ? delay : switches.deliveryDelayMs || DELAY_MS);
    const overtaken = held;
    held = null;
    if (overtaken === null && happens('swap', delivery)) await untilOvertaken();
    await attempt(delivery, 0, '');
    overtaken?.();
  }

  function untilOvertaken(): Promise<void> {
    return new Promise((resolve) => {
      const release = () => {
        clearTimeout(timer);
        if (held === release) held = null;
        resolve();
      };
      const timer = setTimeout(release, SWAP_WAIT_MS);
      held = release;
    });
  }

  async function attempt(delivery: Delivery, retryNum: number, retryReason: string): Promise<void> {
    const transmit = prepare(delivery, retryNum, retryReason);
    const twice = happens('twice', delivery) !== false;
    const [first] = await Promise.all([record(false), ...(twice ? [record(true)] : [])]);
    const reason = first === undefined ? 'unknown_error' : failureReason(first.outcome);
    if (reason === null) {
      delivery.state = 'answered';
      return;
    }
    const wait = RETRY_PAUSES_MS[retryNum];
    const refusesRetry = first?.outcome.headers['x-slack-no-retry'] === '1';
    if (delivery.kind !== 'event' || wait === undefined || refusesRetry) {
      delivery.state = 'failed';
      return;
    }
    delivery.state = 'waiting';
    clock.schedule(wait * switches.retryFactor, () => {
      busy += 1;
      delivery.state = 'sending';
      void attempt(delivery, retryNum + 1, reason).finally(() => {
        busy -= 1;
        state.touch();
      });
    });

    async function record(copy: boolean) {
      const at = Date.now();
      const outcome = await transmit();
      const { status, body, error } = outcome;
      const one: Attempt = { at, durationMs: Date.now() - at, status, body, error, retryNum, copy };
      delivery.attempts.push(one);
      return { outcome };
    }
  }

  /** Fixes bytes and headers, so that a doubled request is the same to the last bit. */
  function prepare(delivery: Delivery, retryNum: number, retryReason: string): () => Promise<Outcome> {
    if (delivery.transport === 'socket') return overSocket(delivery, retryNum, retryReason);
    const { contentType, body } = encode(delivery);
    const url = `${state.app.url}/api/slack/events`;
    const headers: Record<string, string> = {
      'content-type': contentType,
      accept: 'application/json,*/*',
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      ...(retryNum === 0 ? {} : { 'x-slack-retry-num': String(retryNum), 'x-slack-retry-reason': retryReason }),
      ...(delivery.kind === 'ssl_check' ? {} : sign(delivery, body)),
    };
    return () => post(url, headers, body, switches.answerTimeoutMs);
  }

  function sign(delivery: Delivery, body: string): Record<string, string> {
    const nowMs = switches.deliveryClock === 'wall' ? Date.now() : clock.now();
    const stale = happens('stale_timestamp', delivery) !== false ? switches.staleSeconds : 0;
    const headers = signatureHeaders(state.app.signingSecret, Math.floor(nowMs / 1_000) - stale, body);
    if (happens('corrupt_signature', delivery) === false) return headers;
    const signature = headers['x-slack-signature'] ?? '';
    return { ...headers, 'x-slack-signature': signature.slice(0, -1) + (signature.endsWith('0') ? '1' : '0') };
  }

  function overSocket(delivery: Delivery, retryNum: number, retryReason: string): () => Promise<Outcome> {
    const id = randomUUID();
    const event = delivery.kind === 'event';
    const type = event ? 'events_api' : delivery.kind === 'slash_command' ? 'slash_commands' : 'interactive';
    const more = event ? { retry_attempt: retryNum, retry_reason: retryReason } : {};
    return async () =>
      outcomeOf(await sockets.send({ type, payload: delivery.payload, more }, switches.answerTimeoutMs, { id }));
  }

  return {
    async send(outgoing) {
      lastSequence += 1;
      const transport = isAlwaysHttp(outgoing.kind) ? 'http' : switches.transport;
      const delivery: Delivery = { sequence: lastSequence, ...outgoing, transport, state: 'sending', attempts: [] };
      all.push(delivery);
      if (all.length > historyLimit * 1.25) all = all.slice(-historyLimit);
      busy += 1;
      try {
        await begin(delivery);
      } finally {
        busy -= 1;
        state.touch();
      }
      return delivery;
    },
    list: () => [...all],
    busy: () => busy,
    isTriggerLate: (outgoing) => happens('late_trigger', outgoing) !== false,
    reset() {
      all = [];
      lastSequence = 0;
      held?.();
    },
  };
}

type Outcome = { status: number | null; body: string; headers: Record<string, string>; error: string | null };

/** The check of the events address and of its certificate never come over a socket. */
function isAlwaysHttp(kind: DeliveryKind): boolean {
  return kind === 'url_verification' || kind === 'ssl_check';
}

function outcomeOf(answer: EnvelopeAnswer): Outcome {
  if ('error' in answer) return { status: null, body: '', headers: {}, error: answer.error };
  const empty = Object.keys(answer.payload).length === 0;
  return { status: 200, body: empty ? '' : JSON.stringify(answer.payload), headers: {}, error: null };
}

function encode({ kind, payload }: Delivery): { contentType: string; body: string } {
  const form = 'application/x-www-form-urlencoded';
  switch (kind) {
    case 'event':
    case 'url_verification':
      return { contentType: 'application/json', body: JSON.stringify(payload) };
    case 'slash_command':
    case 'ssl_check': {
      const fields = Object.entries(payload).map(([name, value]): [string, string] => [name, text(value)]);
      return { contentType: form, body: new URLSearchParams(fields).toString() };
    }
    default:
      return { contentType: form, body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString() };
  }
}

function text(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Slack's word for what went wrong, or null when the answer counts. */
function failureReason({ status, error }: Outcome): string | null {
  if (error === 'operation_timeout') return 'http_timeout';
  if (status === null) return 'connection_failed';
  return status >= 200 && status < 300 ? null : 'http_error';
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
