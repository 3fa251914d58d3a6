import type { Clock } from './clock';
import type { Switches } from './switches';
import type { CreateRequest, Json, JsonObject, Step } from './wire';

/** One interaction as the simulator keeps it: what was asked, what the model did, and where the script stands. */
export type StoredInteraction = {
  id: string;
  root: string;
  project: string;
  request: CreateRequest;
  status: string;
  createdAt: number;
  updatedAt: number;
  input: Step[];
  generated: Step[];
  errors: JsonObject[];
  usage: JsonObject;
  environmentId: string | null;
  script: string;
  memory: JsonObject;
  prompt: string;
  reads: number;
  expired: boolean;
  /** Called once, when the turn ends; empty afterwards. */
  waiting: (() => void)[];
  callOff: (() => void) | null;
};

export type StoredSecret = { secret: string; expiresAt: number | null };

export type StoredWebhook = {
  id: string;
  project: string;
  name: string | null;
  uri: string;
  events: string[];
  state: 'enabled' | 'disabled' | 'disabled_due_to_failed_deliveries';
  /** Oldest first; all that have not expired sign. */
  secrets: StoredSecret[];
  failuresInARow: number;
};

/** One request that reached the API, as it came over the wire; `at` is the wall clock in milliseconds. */
export type ReceivedRequest = {
  sequence: number;
  at: number;
  method: string;
  path: string;
  operation: string;
  body: Json;
  /** The interaction that was read, or that this create made. */
  interactionId: string | null;
  previousId: string | null;
  /** `null` while unanswered, and for ever when the connection was cut. */
  status: number | null;
  fault: string | null;
};

export type State = {
  switches: Switches;
  interactions: Map<string, StoredInteraction>;
  /** Ids of the interactions that continue one, in the order in which they came; more than one are branches. */
  children: Map<string, string[]>;
  webhooks: Map<string, StoredWebhook>;
  requests: ReceivedRequest[];
  addInteraction(interaction: StoredInteraction): void;
  /** The interaction unless it is unknown, deleted, past its retention, or another project's. */
  findInteraction(id: string, project: string): StoredInteraction | null;
  addRequest(request: Omit<ReceivedRequest, 'sequence'>): ReceivedRequest;
  reset(): void;
};

/** `historyLimit` bounds the list of received requests; the oldest go first. Interactions are never dropped. */
export function createState(clock: Clock, defaults: Switches, historyLimit: number): State {
  let lastSequence = 0;
  const state: State = {
    switches: { ...defaults },
    interactions: new Map(),
    children: new Map(),
    webhooks: new Map(),
    requests: [],
    addInteraction(interaction) {
      state.interactions.set(interaction.id, interaction);
      const parent = interaction.request.previousId;
      if (parent === null) return;
      const siblings = state.children.get(parent);
      if (siblings === undefined) state.children.set(parent, [interaction.id]);
      else siblings.push(interaction.id);
    },
    findInteraction(id, project) {
      const found = state.interactions.get(id);
      if (found === undefined || found.project !== project || found.expired) return null;
      return clock.now() - found.createdAt < state.switches.retentionMs ? found : null;
    },
    addRequest(request) {
      lastSequence += 1;
      const received = { sequence: lastSequence, ...request };
      state.requests.push(received);
      // Cutting in blocks keeps the cost of each request constant.
      if (state.requests.length > historyLimit * 1.25) state.requests = state.requests.slice(-historyLimit);
      return received;
    },
    reset() {
      for (const { callOff } of state.interactions.values()) callOff?.();
      state.switches = { ...defaults };
      state.interactions.clear();
      state.children.clear();
      state.webhooks.clear();
      state.requests = [];
      lastSequence = 0;
    },
  };
  return state;
}
