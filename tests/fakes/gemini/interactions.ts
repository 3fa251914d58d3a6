import type { Random } from '../shared/random';
import { invalidRequest, notFound } from './api-errors';
import { type Continuation, checkAgainstState, isContinuation, pendingOf } from './checks';
import type { Clock } from './clock';
import type { Deliveries } from './delivery';
import { newEnvironmentId, newInteractionId } from './ids';
import { isRefusal, parseCreate } from './parse-create';
import type { Actors } from './scripts';
import { readOutcome } from './scripts/outcomes';
import type { TurnContext } from './scripts/script';
import type { State, StoredInteraction } from './state';
import { turnStatus, turnSteps, turnUsage } from './turns';
import {
  type ApiAnswer,
  type CreateRequest,
  isFunctionResult,
  isObject,
  type JsonObject,
  rfc3339,
  type Step,
  userText,
} from './wire';

/** The interactions of all projects: made, continued, read, cancelled, deleted. */
export type Interactions = {
  /** Checks, stores and begins a turn. The turn ends later; see `whenFinished`. */
  create(body: unknown, project: string): { interaction: StoredInteraction } | { refusal: ApiAnswer };
  whenFinished(interaction: StoredInteraction): Promise<void>;
  /** The answer of a create request: what this request generated, or in the background what is known at once. */
  createAnswer(interaction: StoredInteraction): ApiAnswer;
  get(id: string, project: string): ApiAnswer;
  cancel(id: string, project: string): ApiAnswer;
  remove(id: string, project: string): ApiAnswer;
  /** The interaction with all its steps, as `GET` shows it. */
  fullView(interaction: StoredInteraction): JsonObject;
};

/** A turn is written when its request comes and shown when the model has thought long enough. */
export function createInteractions(parts: {
  clock: Clock;
  state: State;
  random: Random;
  actors: Actors;
  deliveries: Deliveries;
}): Interactions {
  const { clock, state, random, actors, deliveries } = parts;

  function begin(request: CreateRequest, { previous, answered }: Continuation, project: string): StoredInteraction {
    const newText = userText(request.input);
    const context: TurnContext = {
      prompt: newText === '' ? (previous?.prompt ?? '') : newText,
      isNewPrompt: newText !== '',
      agent: request.agent,
      agentConfig: isObject(request.body.agent_config) ? request.body.agent_config : {},
      functions: mayCall(request) ? request.tools : [],
      answered: request.input.filter(isFunctionResult).flatMap((step) => {
        const call = answered.find(({ id }) => id === step.call_id);
        return call === undefined ? [] : [{ call, outcome: readOutcome(step.result) }];
      }),
      memory: previous?.memory ?? {},
    };
    const open = previous === null ? [] : pendingOf(previous).filter((call) => !answered.includes(call));
    // A person who continues in words opens a new subject, unless the agent asked for exactly that.
    const continues = previous !== null && (previous.status === 'requires_action' || newText === '');
    const played = actors.play(continues ? previous.script : null, context);
    const turn = open.length > 0 ? { thought: 'Some calls are still open.', repeated: open } : played.turn;
    const steps = turnSteps(turn);
    const now = clock.now();
    const interaction: StoredInteraction = {
      ...newInteractionId(previous?.root ?? null),
      project,
      request,
      status: 'in_progress',
      createdAt: now,
      updatedAt: now,
      input: request.input,
      generated: [],
      errors: [],
      usage: turnUsage(request.input, { tools: request.body.tools ?? [] }, steps),
      environmentId:
        request.agent === null
          ? null
          : (previous?.environmentId ?? request.environment?.environmentId ?? newEnvironmentId()),
      script: played.script,
      memory: open.length > 0 ? context.memory : (turn.memory ?? {}),
      prompt: context.prompt,
      reads: 0,
      expired: false,
      waiting: [],
      callOff: null,
    };
    state.addInteraction(interaction);
    const status = turnStatus(turn);
    if (status === 'queued' || status === 'in_progress') {
      interaction.status = status;
      return interaction;
    }
    const { thinkMs, thinkJitterMs } = state.switches;
    const delayMs = turn.delayMs ?? thinkMs + Math.round(thinkJitterMs * random.next());
    interaction.callOff = clock.schedule(delayMs, () => finish(interaction, status, steps, turn.errors ?? []));
    return interaction;
  }

  function finish(interaction: StoredInteraction, status: string, steps: Step[], errors: JsonObject[]): void {
    interaction.status = status;
    interaction.generated = steps;
    interaction.errors = errors;
    settle(interaction);
    const type = EVENTS[status];
    if (type === undefined || !(interaction.request.background || state.switches.notifyForeground)) return;
    const [error] = errors;
    const details =
      type === 'interaction.failed'
        ? { error_code: error?.code ?? 'internal_error', error_message: error?.message ?? '' }
        : {};
    deliveries.notify({ type, data: { id: interaction.id, ...details }, interactionId: interaction.id }, interaction);
  }

  function settle(interaction: StoredInteraction): void {
    interaction.updatedAt = clock.now();
    interaction.callOff = null;
    for (const resolve of interaction.waiting.splice(0)) resolve();
  }

  function head(interaction: StoredInteraction): JsonObject {
    const { request } = interaction;
    return {
      id: interaction.id,
      status: interaction.status,
      created: rfc3339(interaction.createdAt),
      updated: rfc3339(interaction.updatedAt),
      service_tier: 'standard',
      object: 'interaction',
      ...(request.model === null ? {} : { model: request.model }),
      ...(request.agent === null ? {} : { agent: request.agent }),
      ...(request.previousId === null ? {} : { previous_interaction_id: request.previousId }),
    };
  }

  function body(interaction: StoredInteraction, steps: Step[]): JsonObject {
    const { environmentId, errors, usage } = interaction;
    const finished = interaction.status !== 'in_progress' && interaction.status !== 'queued';
    return {
      ...head(interaction),
      ...(environmentId === null ? {} : { environment_id: environmentId }),
      steps,
      ...(errors.length > 0 ? { errors } : {}),
      ...(finished ? { usage } : {}),
    };
  }

  /** The ancestors' steps come first when the whole chain is shown. */
  function timeline(interaction: StoredInteraction): Step[] {
    const own = [...interaction.input, ...interaction.generated];
    const parent = interaction.request.previousId;
    if (state.switches.timeline === 'own' || parent === null) return own;
    const stored = state.interactions.get(parent);
    return stored === undefined ? own : [...timeline(stored), ...own];
  }

  function fullView(interaction: StoredInteraction): JsonObject {
    const { switches } = state;
    const steps = timeline(interaction).filter(({ type }) => !(switches.omitUserInput && type === 'user_input'));
    const { tools, system_instruction: instruction, generation_config: generation } = interaction.request.body;
    return {
      ...body(interaction, steps),
      ...(switches.echoTools && tools !== undefined ? { tools } : {}),
      ...(switches.echoTools && instruction !== undefined ? { system_instruction: instruction } : {}),
      ...(switches.echoTools && generation !== undefined ? { generation_config: generation } : {}),
    };
  }

  return {
    create(raw, project) {
      const request = parseCreate(raw);
      if (isRefusal(request)) return { refusal: request };
      const continuation = checkAgainstState(request, state, project);
      if (!isContinuation(continuation)) return { refusal: continuation };
      return { interaction: begin(request, continuation, project) };
    },

    whenFinished(interaction) {
      if (interaction.callOff === null) return Promise.resolve();
      return new Promise((resolve) => interaction.waiting.push(resolve));
    },

    createAnswer(interaction) {
      const { background, webhookConfig } = interaction.request;
      if (!background) return { status: 200, body: body(interaction, interaction.generated) };
      // The environment of an agent is not known yet in the first answer; it has to be read at the pause.
      const config = webhookConfig === null ? {} : { webhook_config: webhookConfig.raw };
      return { status: 200, body: { ...head(interaction), ...config } };
    },

    get(id, project) {
      const interaction = state.findInteraction(id, project);
      if (interaction === null || !interaction.request.store) return notFound('Interaction');
      interaction.reads += 1;
      if (interaction.reads <= state.switches.firstReadsNotFound) return notFound('Interaction');
      return { status: 200, body: fullView(interaction) };
    },

    cancel(id, project) {
      const interaction = state.findInteraction(id, project);
      if (interaction === null) return notFound('Interaction');
      const { status } = interaction;
      const running = interaction.request.background && (status === 'in_progress' || status === 'queued');
      const paused = status === 'requires_action' && state.switches.cancelPaused === 'cancel';
      if (!running && !paused) return invalidRequest('Only running background interactions can be cancelled.');
      interaction.callOff?.();
      interaction.status = 'cancelled';
      settle(interaction);
      return { status: 200, body: fullView(interaction) };
    },

    remove(id, project) {
      const interaction = state.findInteraction(id, project);
      if (interaction === null) return notFound('Interaction');
      interaction.callOff?.();
      settle(interaction);
      state.interactions.delete(id);
      return { status: 200, body: {} };
    },

    fullView,
  };
}

const EVENTS: Record<string, string | undefined> = {
  requires_action: 'interaction.requires_action',
  completed: 'interaction.completed',
  failed: 'interaction.failed',
};

function mayCall({ body }: CreateRequest): boolean {
  const config = body.generation_config;
  return !(isObject(config) && config.tool_choice === 'none');
}
