import type { Random } from '../shared/random';
import { pendingOf } from './checks';
import type { Clock } from './clock';
import type { Deliveries, Delivery, DeliveryTarget } from './delivery';
import type { ActiveFault, FaultRule, Faults } from './faults';
import type { Interactions } from './interactions';
import type { SigningKeys } from './signing';
import type { ReceivedRequest, State, StoredInteraction, StoredWebhook } from './state';
import type { Switches } from './switches';
import type { Webhooks } from './webhooks';
import { isFunctionResult, type JsonObject, rfc3339 } from './wire';

/** An interaction as the control interface lists it. `children` in the order in which they were made. */
export type InteractionSummary = {
  id: string;
  previousId: string | null;
  children: string[];
  status: string;
  script: string;
  created: string;
  updated: string;
  pendingCallIds: string[];
  answeredCallIds: string[];
  reads: number;
  expired: boolean;
};

export type InteractionDetails = InteractionSummary & { request: JsonObject; view: JsonObject };

export type WebhookSummary = {
  id: string;
  uri: string;
  events: string[];
  state: StoredWebhook['state'];
  secrets: string[];
};

export type InteractionFilter = { status?: string; previousId?: string };
export type DeliveryFilter = { interactionId?: string; webhookId?: string; type?: string };
/** `operation`: `start`, `resume`, `create` (both), `get`, …; `afterSequence` skips what was seen before. */
export type RequestFilter = { operation?: string; previousId?: string; interactionId?: string; afterSequence?: number };

export type TriggeredEvent = {
  type: string;
  /** Goes out as an event of this interaction, to its addresses, with `data.id` set. */
  interactionId?: string;
  data?: JsonObject;
  /** Send it here instead, signed as a dynamic delivery. */
  uri?: string;
  userMetadata?: JsonObject;
};

export type Stats = {
  interactions: number;
  byStatus: Record<string, number>;
  starts: number;
  resumes: number;
  /** Interactions that were continued more than once: each is a double resume unless it was wanted. */
  branched: { id: string; children: string[] }[];
  deliveries: Record<string, number>;
};

/** Steers and inspects a running simulator. The same operations are served under `/__sim`. */
export type Control = {
  /** Forgets everything and returns to the switches it started with. Signing keys stay. */
  reset(seed?: number): void;
  switches(): Switches;
  setSwitches(patch: Partial<Switches>): Switches;
  addFault(rule: FaultRule): ActiveFault;
  faults(): ActiveFault[];
  clearFaults(): void;
  interactions(filter?: InteractionFilter): InteractionSummary[];
  interaction(id: string): InteractionDetails | null;
  /** From now on every read and resume of it answers 404. */
  expire(id: string): boolean;
  deliveries(filter?: DeliveryFilter): Delivery[];
  /** Sends a past message once more, with the same id and body. */
  redeliver(webhookId: string): Delivery | null;
  trigger(event: TriggeredEvent): Delivery[];
  requests(filter?: RequestFilter): ReceivedRequest[];
  registerWebhook(input: {
    uri: string;
    secret?: string;
    events?: readonly string[];
    project?: string;
  }): WebhookSummary;
  webhooks(): WebhookSummary[];
  /** Moves the simulated clock forward; turns, retries and expiries that fall due happen at once. Returns its time. */
  advanceClock(ms: number): number;
  /** Replaces the keys of dynamic deliveries, in the key set too. */
  rotateSigningKeys(): void;
  stats(): Stats;
  /** Resolves true when no turn and no delivery is under way (retries may wait), false after `timeoutMs`. */
  idle(timeoutMs?: number): Promise<boolean>;
};

/** Reads and steers the given parts; it keeps nothing of its own. */
export function createControl(parts: {
  clock: Clock;
  state: State;
  faults: Faults;
  random: Random;
  seed: number;
  keys: SigningKeys;
  interactions: Interactions;
  deliveries: Deliveries;
  webhooks: Webhooks;
}): Control {
  const { clock, state, faults, random, keys, deliveries } = parts;

  function summary(interaction: StoredInteraction): InteractionSummary {
    return {
      id: interaction.id,
      previousId: interaction.request.previousId,
      children: state.children.get(interaction.id) ?? [],
      status: interaction.status,
      script: interaction.script,
      created: rfc3339(interaction.createdAt),
      updated: rfc3339(interaction.updatedAt),
      pendingCallIds: pendingOf(interaction).map(({ id }) => id),
      answeredCallIds: interaction.input.filter(isFunctionResult).map((step) => step.call_id),
      reads: interaction.reads,
      expired: interaction.expired,
    };
  }

  function listed(filter: InteractionFilter): StoredInteraction[] {
    const ofParent = filter.previousId === undefined ? null : (state.children.get(filter.previousId) ?? []);
    const all =
      ofParent === null
        ? [...state.interactions.values()]
        : ofParent.flatMap((id) => {
            const child = state.interactions.get(id);
            return child === undefined ? [] : [child];
          });
    return filter.status === undefined ? all : all.filter(({ status }) => status === filter.status);
  }

  function busy(): boolean {
    if (deliveries.busy() > 0) return true;
    for (const { callOff } of state.interactions.values()) if (callOff !== null) return true;
    return false;
  }

  return {
    reset(seed) {
      state.reset();
      clock.reset();
      faults.clear();
      deliveries.reset();
      random.reseed(seed ?? parts.seed);
    },
    switches: () => ({ ...state.switches }),
    setSwitches(patch) {
      Object.assign(state.switches, patch);
      return { ...state.switches };
    },
    addFault: (rule) => ({ ...faults.add(rule) }),
    faults: () => faults.list(),
    clearFaults: () => faults.clear(),
    interactions: (filter = {}) => listed(filter).map(summary),
    interaction(id) {
      const found = state.interactions.get(id);
      if (found === undefined) return null;
      return { ...summary(found), request: found.request.body, view: parts.interactions.fullView(found) };
    },
    expire(id) {
      const found = state.interactions.get(id);
      if (found === undefined) return false;
      found.callOff?.();
      found.callOff = null;
      found.expired = true;
      return true;
    },
    deliveries: (filter = {}) =>
      deliveries
        .list()
        .filter(
          ({ interactionId, webhookId, type }) =>
            (filter.interactionId === undefined || interactionId === filter.interactionId) &&
            (filter.webhookId === undefined || webhookId === filter.webhookId) &&
            (filter.type === undefined || type === filter.type),
        ),
    redeliver(webhookId) {
      const found = deliveries.list().find((delivery) => delivery.webhookId === webhookId);
      return found === undefined ? null : deliveries.repeat(found);
    },
    trigger({ type, interactionId, data, uri, userMetadata }) {
      const before = deliveries.list().at(-1)?.sequence ?? 0;
      const id = interactionId ?? null;
      const event = { type, data: { ...(id === null ? {} : { id }), ...data }, interactionId: id };
      const interaction = id === null ? undefined : state.interactions.get(id);
      if (uri !== undefined) deliveries.send(event, { kind: 'dynamic', uri, userMetadata: userMetadata ?? null });
      else if (interaction !== undefined) deliveries.notify(event, interaction);
      else for (const target of enabledTargets(state)) deliveries.send(event, target);
      return deliveries.list().filter(({ sequence }) => sequence > before);
    },
    requests: (filter = {}) =>
      state.requests.filter(
        (request) =>
          matchesOperation(request.operation, filter.operation) &&
          (filter.previousId === undefined || request.previousId === filter.previousId) &&
          (filter.interactionId === undefined || request.interactionId === filter.interactionId) &&
          (filter.afterSequence === undefined || request.sequence > filter.afterSequence),
      ),
    registerWebhook: (input) => webhookSummary(parts.webhooks.register(input)),
    webhooks: () => [...state.webhooks.values()].map(webhookSummary),
    advanceClock(ms) {
      clock.advance(ms);
      return clock.now();
    },
    rotateSigningKeys: () => keys.rotate(),
    stats: () => statsOf(state, deliveries),
    async idle(timeoutMs = 5_000) {
      const deadline = Date.now() + timeoutMs;
      const PAUSE_MS = 5;
      while (busy()) {
        if (Date.now() >= deadline) return false;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
      return true;
    },
  };
}

function matchesOperation(operation: string, wanted: string | undefined): boolean {
  if (wanted === undefined || operation === wanted) return true;
  return wanted === 'create' && (operation === 'start' || operation === 'resume');
}

function enabledTargets(state: State): DeliveryTarget[] {
  return [...state.webhooks.values()]
    .filter((webhook) => webhook.state === 'enabled')
    .map(({ id, uri }) => ({ kind: 'static', webhookId: id, uri }));
}

function webhookSummary({ id, uri, events, state, secrets }: StoredWebhook): WebhookSummary {
  return { id, uri, events: [...events], state, secrets: secrets.map(({ secret }) => secret) };
}

function statsOf(state: State, deliveries: Deliveries): Stats {
  const stats: Stats = {
    interactions: state.interactions.size,
    byStatus: {},
    starts: 0,
    resumes: 0,
    branched: [],
    deliveries: {},
  };
  for (const { status, request } of state.interactions.values()) {
    stats.byStatus[status] = (stats.byStatus[status] ?? 0) + 1;
    if (request.previousId === null) stats.starts += 1;
    else stats.resumes += 1;
  }
  for (const [id, children] of state.children) if (children.length > 1) stats.branched.push({ id, children });
  for (const delivery of deliveries.list())
    stats.deliveries[delivery.state] = (stats.deliveries[delivery.state] ?? 0) + 1;
  return stats;
}
