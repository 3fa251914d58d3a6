import type { Random } from '../shared/random';
import type { Clock } from './clock';
import type { DeliveryFaultKind, Faults } from './faults';
import { createPoster } from './http-post';
import { newMessageId } from './ids';
import { corruptSignature, type SigningKeys, signV1 } from './signing';
import type { State, StoredInteraction, StoredWebhook } from './state';
import type { Chance } from './switches';
import { type JsonObject, rfc3339 } from './wire';

/** What happened, before it is addressed to anyone. */
export type WebhookEvent = { type: string; data: JsonObject; interactionId: string | null };

/** Where a delivery goes: to a registered webhook, or to an address that a create request named. */
export type DeliveryTarget =
  | { kind: 'static'; webhookId: string; uri: string }
  | { kind: 'dynamic'; uri: string; userMetadata: JsonObject | null };

export type DeliveryAttempt = {
  at: number;
  timestamp: number;
  signature: string;
  status: number | null;
  error: string | null;
};

export type DeliveryState = 'waiting' | 'sending' | 'delivered' | 'failed' | 'dropped';

/** One message to one address. Its `webhookId` and `body` are the same in each attempt. */
export type Delivery = {
  sequence: number;
  webhookId: string;
  type: string;
  interactionId: string | null;
  target: DeliveryTarget;
  body: string;
  at: number;
  state: DeliveryState;
  attempts: DeliveryAttempt[];
};

export type Deliveries = {
  /** Sends an event of an interaction where it belongs: to its own addresses, else to the subscribed webhooks. */
  notify(event: WebhookEvent, interaction: StoredInteraction): void;
  /** Sends an event to one target, whether or not that is subscribed. */
  send(event: WebhookEvent, target: DeliveryTarget): Delivery;
  /** Sends a message once more: same id and body, new timestamp and signature. */
  repeat(delivery: Delivery): Delivery;
  list(): Delivery[];
  /** Deliveries on the wire or about to be; those that wait for a retry do not count. */
  busy(): number;
  reset(): void;
  close(): void;
};

/**
 * Pauses before each further attempt, in seconds, for 24 hours in all. Gemini publishes no schedule; this one doubles
 * after quick first attempts.
 */
export const RETRY_SECONDS = [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 29_845];

const LONGEST_HOLD_MS = 2_000; // nothing may follow to overtake; a message is then only late, never lost

/** Sends events in the background; what goes wrong is recorded with the delivery, never thrown. */
export function createDeliveries(parts: {
  clock: Clock;
  state: State;
  faults: Faults;
  random: Random;
  keys: SigningKeys;
  historyLimit: number;
}): Deliveries {
  const { clock, state, faults, random, keys, historyLimit } = parts;
  const poster = createPoster();
  let deliveries: Delivery[] = [];
  let lastSequence = 0;
  let active = 0;
  let held: { delivery: Delivery; callOff: () => void } | null = null;
  let epoch = 0; // a reset makes attempts under way forget what they would have done next

  function happens(kind: DeliveryFaultKind, lasting: Chance, delivery: Delivery): boolean {
    const byRule = faults.takeForDelivery(kind, delivery.interactionId) !== null;
    return byRule || lasting === true || (typeof lasting === 'number' && lasting > 0 && random.next() < lasting);
  }

  function record(webhookId: string, event: WebhookEvent, target: DeliveryTarget, body: string): Delivery {
    lastSequence += 1;
    const delivery: Delivery = {
      sequence: lastSequence,
      webhookId,
      type: event.type,
      interactionId: event.interactionId,
      target,
      body,
      at: Date.now(),
      state: 'waiting',
      attempts: [],
    };
    deliveries.push(delivery);
    if (deliveries.length > historyLimit * 1.25) deliveries = deliveries.slice(-historyLimit);
    return delivery;
  }

  function send(event: WebhookEvent, target: DeliveryTarget, webhookId = newMessageId()): Delivery {
    const { switches } = state;
    const delivery = record(webhookId, event, target, JSON.stringify(envelope(event, target)));
    if (happens('drop', switches.drop, delivery)) {
      delivery.state = 'dropped';
      return delivery;
    }
    const rule = faults.takeForDelivery('delay', delivery.interactionId);
    const delayMs = rule?.delayMs ?? switches.deliveryDelayMs;
    if (delayMs > 0) later(delayMs, () => arrange(delivery));
    else arrange(delivery);
    if (happens('twice', switches.deliverTwice, delivery)) {
      const copy = record(webhookId, event, target, delivery.body);
      later(delayMs, () => start(copy));
    }
    return delivery;
  }

  function envelope(event: WebhookEvent, target: DeliveryTarget): JsonObject {
    const { userMetadataPlace: place } = state.switches;
    const metadata = target.kind === 'dynamic' ? target.userMetadata : null;
    const base = { type: event.type, version: 'v1', timestamp: rfc3339(clock.now()) };
    if (metadata === null || place === 'none' || place === 'claims') return { ...base, data: event.data };
    if (place === 'data') return { ...base, data: { ...event.data, user_metadata: metadata } };
    return { ...base, data: event.data, user_metadata: metadata };
  }

  /** Lets the next message overtake this one, when order is to be swapped. */
  function arrange(delivery: Delivery): void {
    if (held !== null) {
      const { delivery: overtaken, callOff } = held;
      held = null;
      callOff();
      start(delivery, () => start(overtaken));
    } else if (happens('swap', state.switches.swapOrder, delivery)) {
      const callOff = later(LONGEST_HOLD_MS, () => {
        held = null;
        start(delivery);
      });
      held = { delivery, callOff };
    } else {
      start(delivery);
    }
  }

  function later(delayMs: number, task: () => void): () => void {
    active += 1;
    const began = epoch;
    const callOff = clock.schedule(delayMs, () => {
      if (began !== epoch) return;
      active -= 1;
      task();
    });
    return () => {
      callOff();
      active -= 1;
    };
  }

  function start(delivery: Delivery, afterwards?: () => void): void {
    active += 1;
    const began = epoch;
    void attempt(delivery, began)
      .catch((error: unknown) => {
        // An address that cannot even be parsed: nothing was sent, and trying again would not help.
        delivery.state = 'failed';
        delivery.attempts.push({ at: Date.now(), timestamp: 0, signature: '', status: null, error: String(error) });
      })
      .finally(() => {
        if (began !== epoch) return;
        active -= 1;
        afterwards?.();
      });
  }

  async function attempt(delivery: Delivery, began: number): Promise<void> {
    const { switches } = state;
    if (delivery.target.kind === 'static' && webhookOf(delivery.target) === null) {
      delivery.state = 'failed';
      return;
    }
    delivery.state = 'sending';
    const seconds = Math.floor((switches.deliveryClock === 'wall' ? Date.now() : clock.now()) / 1_000);
    const stale = happens('stale_timestamp', switches.staleTimestamp, delivery);
    const timestamp = stale ? seconds - switches.staleSeconds : seconds;
    const correct = await signatureOf(delivery, timestamp);
    const corrupt = happens('corrupt_signature', switches.corruptSignature, delivery);
    const signature = corrupt ? corruptSignature(correct) : correct;
    const entry: DeliveryAttempt = { at: Date.now(), timestamp, signature, status: null, error: null };
    delivery.attempts.push(entry);
    const outcome = await poster.post(
      // A webhook may have moved since the message was first sent.
      (delivery.target.kind === 'static' ? webhookOf(delivery.target)?.uri : null) ?? delivery.target.uri,
      {
        'content-type': 'application/json',
        'webhook-id': delivery.webhookId,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signature,
      },
      delivery.body,
      switches.deliveryTimeoutMs,
    );
    if ('status' in outcome) entry.status = outcome.status;
    else entry.error = outcome.error;
    if (began === epoch) settle(delivery, entry);
  }

  function settle(delivery: Delivery, { status }: DeliveryAttempt): void {
    const webhook = delivery.target.kind === 'static' ? webhookOf(delivery.target) : null;
    if (status !== null && status >= 200 && status < 300) {
      delivery.state = 'delivered';
      if (webhook !== null) webhook.failuresInARow = 0;
      return;
    }
    const pause = RETRY_SECONDS[delivery.attempts.length - 1];
    if (webhook !== null) {
      webhook.failuresInARow += 1;
      const limit = state.switches.disableAfterFailures;
      const givenUp = limit === null ? pause === undefined : webhook.failuresInARow >= limit;
      if (givenUp && webhook.state === 'enabled') webhook.state = 'disabled_due_to_failed_deliveries';
    }
    if (pause === undefined || (webhook !== null && webhook.state !== 'enabled')) {
      delivery.state = 'failed';
      return;
    }
    delivery.state = 'waiting';
    const began = epoch;
    clock.schedule(pause * 1_000 * state.switches.retryFactor, () => {
      if (began !== epoch) return;
      // What failed while a webhook was on is not sent after somebody has turned it off.
      if (delivery.target.kind === 'static' && webhookOf(delivery.target)?.state !== 'enabled')
        delivery.state = 'failed';
      else start(delivery);
    });
  }

  async function signatureOf(delivery: Delivery, timestamp: number): Promise<string> {
    const { target, webhookId: id, body } = delivery;
    if (target.kind === 'static') {
      const secrets = webhookOf(target)?.secrets ?? [];
      const live = secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > clock.now());
      // The newest secret first, as in a list that grows while a rotation overlaps.
      return live
        .toReversed()
        .map(({ secret }) => signV1(secret, { id, timestamp, body }))
        .join(' ');
    }
    if (state.switches.dynamicSignature === 'v1a') return keys.signV1a({ id, timestamp, body });
    return keys.signJwt(claimsOf(delivery, target, timestamp));
  }

  function claimsOf(delivery: Delivery, target: DeliveryTarget & { kind: 'dynamic' }, issuedAt: number): JsonObject {
    const { jwtAudience, jwtLifetimeSeconds, userMetadataPlace } = state.switches;
    const event: JsonObject = JSON.parse(delivery.body);
    const metadata = userMetadataPlace === 'claims' && target.userMetadata !== null;
    return {
      iss: 'https://generativelanguage.googleapis.com',
      aud: jwtAudience ?? target.uri,
      iat: issuedAt,
      ...(jwtLifetimeSeconds === null ? {} : { exp: issuedAt + jwtLifetimeSeconds }),
      jti: delivery.webhookId,
      ...event,
      ...(metadata ? { user_metadata: target.userMetadata } : {}),
    };
  }

  function webhookOf(target: DeliveryTarget & { kind: 'static' }): StoredWebhook | null {
    return state.webhooks.get(target.webhookId) ?? null;
  }

  return {
    notify(event, interaction) {
      const config = interaction.request.webhookConfig;
      const id = newMessageId();
      if (config !== null && config.uris.length > 0) {
        for (const uri of config.uris) send(event, { kind: 'dynamic', uri, userMetadata: config.userMetadata }, id);
        return;
      }
      for (const webhook of state.webhooks.values()) {
        const wants = webhook.state === 'enabled' && webhook.events.includes(event.type);
        if (!wants || webhook.project !== interaction.project) continue;
        send(event, { kind: 'static', webhookId: webhook.id, uri: webhook.uri }, id);
      }
    },
    send: (event, target) => send(event, target),
    repeat(delivery) {
      const { webhookId, type, interactionId, target, body } = delivery;
      const copy = record(webhookId, { type, interactionId, data: {} }, target, body);
      start(copy);
      return copy;
    },
    list: () => deliveries,
    busy: () => active,
    reset() {
      epoch += 1;
      deliveries = [];
      lastSequence = 0;
      active = 0;
      held = null;
    },
    close() {
      epoch += 1;
      poster.close();
    },
  };
}
