import type {
  DeliveryFilter,
  InteractionDetails,
  InteractionFilter,
  InteractionSummary,
  RequestFilter,
  Stats,
  TriggeredEvent,
  WebhookSummary,
} from './control';
import type { Delivery } from './delivery';
import type { ActiveFault, FaultRule } from './faults';
import type { ReceivedRequest } from './state';
import type { Switches } from './switches';

/** Steers a simulator that runs in another process. The methods mean what they mean in `Control`. */
export type ControlClient = {
  /** Waits until the simulator answers; throws after `timeoutMs`. */
  waitUntilUp(timeoutMs?: number): Promise<void>;
  reset(seed?: number): Promise<void>;
  switches(): Promise<Switches>;
  setSwitches(patch: Partial<Switches>): Promise<Switches>;
  addFault(...rules: FaultRule[]): Promise<ActiveFault[]>;
  faults(): Promise<ActiveFault[]>;
  clearFaults(): Promise<void>;
  interactions(filter?: InteractionFilter): Promise<InteractionSummary[]>;
  interaction(id: string): Promise<InteractionDetails | null>;
  expire(id: string): Promise<void>;
  deliveries(filter?: DeliveryFilter): Promise<Delivery[]>;
  redeliver(webhookId: string): Promise<Delivery>;
  trigger(event: TriggeredEvent): Promise<Delivery[]>;
  requests(filter?: RequestFilter): Promise<ReceivedRequest[]>;
  registerWebhook(input: {
    uri: string;
    secret?: string;
    events?: string[];
    project?: string;
  }): Promise<WebhookSummary>;
  webhooks(): Promise<WebhookSummary[]>;
  advanceClock(ms: number): Promise<Date>;
  rotateSigningKeys(): Promise<void>;
  stats(): Promise<Stats>;
  idle(timeoutMs?: number): Promise<boolean>;
};

/** `url` is the address that the simulator printed. Every method throws when the simulator refuses or is away. */
export function createControlClient(url: string): ControlClient {
  async function call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${url}/__sim${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (response.status === 404 && method === 'GET') return null as Answer;
    if (!response.ok) throw new Error(`${method} ${path}: HTTP ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  }

  return {
    async waitUntilUp(timeoutMs = 10_000) {
      const deadline = Date.now() + timeoutMs;
      const PAUSE_MS = 50;
      for (;;) {
        try {
          return void (await call('GET', '/health'));
        } catch (error) {
          if (Date.now() >= deadline) throw error;
          await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        }
      }
    },
    reset: (seed) => call('POST', '/reset', seed === undefined ? {} : { seed }),
    switches: () => call('GET', '/switches'),
    setSwitches: (patch) => call('PATCH', '/switches', patch),
    addFault: (...rules) => call('POST', '/faults', rules),
    faults: () => call('GET', '/faults'),
    clearFaults: () => call('DELETE', '/faults'),
    interactions: (filter = {}) => call('GET', `/interactions${queryOf(filter)}`),
    interaction: (id) => call('GET', `/interactions/${id}`),
    expire: (id) => call('POST', `/interactions/${id}/expire`),
    deliveries: (filter = {}) => call('GET', `/deliveries${queryOf(filter)}`),
    redeliver: (webhookId) => call('POST', `/deliveries/${webhookId}/repeat`),
    trigger: (event) => call('POST', '/events', event),
    requests: (filter = {}) => call('GET', `/requests${queryOf(filter)}`),
    registerWebhook: (input) => call('POST', '/webhooks', input),
    webhooks: () => call('GET', '/webhooks'),
    async advanceClock(ms) {
      const { now } = await call<{ now: string }>('POST', '/clock', { advanceMs: ms });
      return new Date(now);
    },
    rotateSigningKeys: () => call('POST', '/keys/rotate'),
    stats: () => call('GET', '/stats'),
    async idle(timeoutMs = 5_000) {
      const { idle } = await call<{ idle: boolean }>('POST', '/idle', { timeoutMs });
      return idle;
    },
  };
}

function queryOf(filter: Record<string, string | number>): string {
  const entries = Object.entries(filter).map(([key, value]): [string, string] => [key, String(value)]);
  return entries.length === 0 ? '' : `?${new URLSearchParams(entries)}`;
}
