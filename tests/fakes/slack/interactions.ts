import type { Clock } from '../gemini/clock';
import { isObject, type Json, type JsonObject } from '../gemini/wire';
import { checkView, isViewTooLarge } from './block-kit';
import type { ClickInput, CloseModalInput, SlashInput, SubmitModalInput, SuggestInput } from './control-inputs';
import type { Deliveries, Delivery, Outgoing } from './deliveries';
import { actingElements, clientProblem, type FoundElement, type InputValue, initialValues, stateOf } from './inputs';
import {
  interactionBase,
  issueResponseUrl,
  issueTrigger,
  messageMembers,
  shownVersion,
  slashPayload,
  viewMembers,
} from './payloads';
import { installationFor } from './people';
import { sayInChannel } from './response-urls';
import type { Channel, Installation, Message, State, User, View } from './state';
import { addView, blocksOf, changeView, DEEPEST_STACK, homeOf, openModals, viewView } from './views';

/** What the app answered to something that a person did, and what the person was told. */
export type Act = {
  /** The app answered 2xx in time with something that Slack can use. */
  accepted: boolean;
  status: number | null;
  body: string;
  json: Json;
  durationMs: number;
  error: string | null;
  /** What Slack shows to the person when it went wrong. */
  notice: string | null;
  payload: JsonObject;
  /** The number of the delivery, for `deliveries`. */
  sequence: number;
};

/** `kept`: the app found errors · `refused`: Slack's client did, and nothing was sent (`act` is null) */
export type Submission = {
  outcome: 'closed' | 'cleared' | 'updated' | 'pushed' | 'kept' | 'refused' | 'failed';
  errors: Record<string, string>;
  act: Act | null;
};

/** Everything that a person can do in Slack that reaches the app. An `Error` says what they could not have done. */
export type Interactions = {
  click(input: ClickInput): Promise<Act>;
  suggest(input: SuggestInput): Promise<Act>;
  submitModal(input: SubmitModalInput): Promise<Submission>;
  closeModal(input: CloseModalInput): Promise<Act[]>;
  slash(input: SlashInput): Promise<Act>;
};

export function createInteractions(parts: {
  clock: Clock;
  state: State;
  deliveries: Deliveries;
  /** The simulator's own address, known once it listens. */
  baseUrl(): string;
}): Interactions {
  const { clock, state, deliveries, baseUrl } = parts;

  type Place =
    | { kind: 'message'; channel: Channel; message: Message; shown: { text: string; blocks: JsonObject[] } }
    | { kind: 'view'; view: View };

  function placeOf(input: Pick<ClickInput, 'user' | 'channel' | 'ts' | 'version' | 'viewId' | 'home'>): Place {
    if (input.viewId !== undefined) return { kind: 'view', view: getView(state, input.viewId) };
    if (input.home === true) {
      const view = homeOf(state, input.user);
      if (view === null) throw new Error(`nothing was published on the Home tab of ${input.user}`);
      return { kind: 'view', view };
    }
    const { channel: channelId = '', ts = '' } = input;
    const channel = state.channels.get(channelId);
    if (channel === undefined) throw new Error(`no channel ${channelId}: name channel and ts, viewId or home`);
    return { kind: 'message', channel, ...shownVersion(channel, ts, input.version) };
  }

  function installationOf(place: Place): Installation {
    if (place.kind === 'view') return place.view.installation;
    const { message } = place;
    const found = state.installations.find(({ botUserId }) => botUserId === message.user);
    if (found === undefined) throw new Error(`message ${message.ts} is not the app's`);
    return found;
  }

  async function send(about: Omit<Outgoing, 'payload'>, payload: JsonObject): Promise<Act> {
    return actOf(await deliveries.send({ ...about, payload }));
  }

  function withTrigger(about: Omit<Outgoing, 'payload'>, user: User, installation: Installation): JsonObject {
    return { trigger_id: issueTrigger(state, clock, user, installation, deliveries.isTriggerLate(about)) };
  }

  async function click(input: ClickInput): Promise<Act> {
    const user = getUser(state, input.user);
    const place = placeOf(input);
    const installation = installationOf(place);
    const blocks = place.kind === 'view' ? blocksOf(place.view.payload) : place.shown.blocks;
    const found = findElement(blocks, input);
    const values = place.kind === 'view' ? place.view.values : initialValues(blocks);
    const action = actionOf(found, input.value ?? null, values, state.nextTs());
    const channel = place.kind === 'message' ? place.channel.id : null;
    const about = { kind: 'block_actions' as const, teamId: installation.teamId, userId: user.id, channel };
    const payload = {
      ...interactionBase(state, 'block_actions', user, installation),
      ...withTrigger(about, user, installation),
      ...placeMembers(place, user, installation),
      state: { values },
      actions: [action],
    };
    return send(about, payload);
  }

  function placeMembers(place: Place, user: User, installation: Installation): JsonObject {
    if (place.kind === 'view') return viewMembers(state, place.view);
    const { channel, message, shown } = place;
    return {
      ...messageMembers(state, channel, message, shown),
      response_url: issueResponseUrl(state, clock, baseUrl(), {
        kind: 'actions',
        installation,
        userId: user.id,
        channel: channel.id,
        messageTs: message.ts,
        ephemeral: message.onlyFor !== null,
      }),
    };
  }

  async function suggest(input: SuggestInput): Promise<Act> {
    const user = getUser(state, input.user);
    const place = placeOf(input);
    const installation = installationOf(place);
    const { block, element } = findElement(
      place.kind === 'view' ? blocksOf(place.view.payload) : place.shown.blocks,
      input,
    );
    const channel = place.kind === 'message' ? place.channel.id : null;
    const members =
      place.kind === 'view'
        ? viewMembers(state, place.view)
        : messageMembers(state, place.channel, place.message, place.shown);
    return send(
      { kind: 'block_suggestion', teamId: installation.teamId, userId: user.id, channel },
      {
        ...interactionBase(state, 'block_suggestion', user, installation),
        ...members,
        action_id: element.action_id ?? '',
        block_id: block.block_id ?? '',
        value: input.value,
      },
    );
  }

  async function submitModal(input: SubmitModalInput): Promise<Submission> {
    const user = getUser(state, input.user);
    const view = visibleModal(user, input.viewId);
    if (!isObject(view.payload.submit)) throw new Error('this modal has no submit button');
    const errors = fillIn(view, input.values ?? {});
    view.errors = errors;
    if (Object.keys(errors).length > 0) return { outcome: 'refused', errors, act: null };
    const about = {
      kind: 'view_submission' as const,
      teamId: view.installation.teamId,
      userId: user.id,
      channel: null,
    };
    const act = await send(about, {
      ...interactionBase(state, 'view_submission', user, view.installation),
      ...withTrigger(about, user, view.installation),
      view: viewView(state, view),
      response_urls: [],
    });
    if (act.notice !== null) return { outcome: 'failed', errors: {}, act };
    const outcome = applyAnswer(view, act);
    if (outcome !== null) return { outcome, errors: { ...view.errors }, act };
    const notice = 'We had some trouble connecting. Try again?';
    return { outcome: 'failed', errors: {}, act: { ...act, accepted: false, notice } };
  }

  function visibleModal(user: User, viewId: string | undefined): View {
    const view = viewId === undefined ? openModals(state, user.id).at(-1) : getView(state, viewId);
    if (view === undefined || !view.open || view.type !== 'modal') throw new Error(`${user.id} has no open modal`);
    if (view.userId !== user.id) throw new Error(`modal ${view.id} belongs to ${view.userId}`);
    return view;
  }

  /** Types the values in, as the person would, and returns what Slack's own client objects to. */
  function fillIn(view: View, given: Record<string, InputValue>): Record<string, string> {
    const errors: Record<string, string> = {};
    const inputs = actingElements(blocksOf(view.payload));
    for (const blockId of Object.keys(given))
      if (!inputs.some(({ block }) => block.block_id === blockId)) throw new Error(`no input in block "${blockId}"`);
    for (const { block, element } of inputs) {
      const blockId = String(block.block_id);
      const actionId = String(element.action_id);
      const values = view.values[blockId];
      if (values === undefined) continue;
      const typed = given[blockId];
      if (typed !== undefined) values[actionId] = stateOf(element, typed);
      const current = values[actionId];
      const problem = block.type === 'input' && isObject(current) ? clientProblem(block, element, current) : null;
      if (problem !== null) errors[blockId] = problem;
    }
    return errors;
  }

  /** Does what the app's answer to a submission says; null when Slack cannot make sense of it. */
  function applyAnswer(view: View, { body, json }: Act): Submission['outcome'] | null {
    if (body.trim() === '') {
      closeView(view);
      return 'closed';
    }
    if (!isObject(json)) return null;
    switch (json.response_action) {
      case undefined:
        if (Object.keys(json).length > 0) return null;
        closeView(view);
        return 'closed';
      case 'clear':
        for (const open of openModals(state, view.userId)) open.open = false;
        return 'cleared';
      case 'errors': {
        const inputs = blocksOf(view.payload).filter(({ type }) => type === 'input');
        const entries = isObject(json.errors) ? Object.entries(json.errors) : [];
        const known = entries.every(
          ([blockId, text]) => typeof text === 'string' && inputs.some(({ block_id }) => block_id === blockId),
        );
        if (entries.length === 0 || !known) return null;
        view.errors = Object.fromEntries(entries.map(([blockId, text]) => [blockId, String(text)]));
        return 'kept';
      }
      case 'update':
      case 'push': {
        const next = json.view;
        if (!isObject(next) || next.type !== 'modal' || isViewTooLarge(next) || checkView(next).length > 0) return null;
        if (json.response_action === 'update') {
          changeView(state, view, next);
          return 'updated';
        }
        if (openModals(state, view.userId).length >= DEEPEST_STACK) return null;
        const { teamId, userId, installation } = view;
        addView(state, { payload: next, teamId, userId, installation, below: view });
        return 'pushed';
      }
      default:
        return null;
    }
  }

  function closeView(view: View): void {
    view.open = false;
    if (view.payload.clear_on_close === true)
      for (const below of openModals(state, view.userId)) if (below.rootId === view.rootId) below.open = false;
  }

  async function closeModal(input: CloseModalInput): Promise<Act[]> {
    const user = getUser(state, input.user);
    const view = visibleModal(user, input.viewId);
    const all = input.all === true || view.payload.clear_on_close === true;
    const closed = all ? openModals(state, user.id).reverse() : [view];
    for (const one of closed) one.open = false;
    state.touch();
    const told = closed.filter(({ payload }) => payload.notify_on_close === true);
    return Promise.all(
      told.map((one) =>
        send(
          { kind: 'view_closed', teamId: one.installation.teamId, userId: user.id, channel: null },
          {
            ...interactionBase(state, 'view_closed', user, one.installation),
            view: viewView(state, one),
            is_cleared: all,
          },
        ),
      ),
    );
  }

  async function slash(input: SlashInput): Promise<Act> {
    const user = getUser(state, input.user);
    const channel = state.channels.get(input.channel);
    if (channel === undefined) throw new Error(`no channel ${input.channel}`);
    const command = input.command ?? state.app.commands[0] ?? '';
    if (!state.app.commands.includes(command)) throw new Error(`${command} is not a command of the app`);
    const installation = installationFor(state, user.teamId);
    if (installation === null) throw new Error(`the app is not installed where ${user.id} works`);
    const about = {
      kind: 'slash_command' as const,
      teamId: user.teamId,
      userId: user.id,
      channel: channel.id,
    };
    const place = { installation, userId: user.id, channel: channel.id, messageTs: null, ephemeral: true };
    const act = await send(about, {
      ...slashPayload(state, { user, installation, channel, command, text: input.text ?? '' }),
      response_url: issueResponseUrl(state, clock, baseUrl(), { ...place, kind: 'commands' }),
      ...withTrigger(about, user, installation),
    });
    if (act.notice !== null) return { ...act, notice: `${command} failed with the error "${commandError(act)}"` };
    if (act.body.trim() === '') return act;
    const said = isObject(act.json) ? act.json : { text: act.body };
    const problem = sayInChannel(state, channel, place, said);
    state.touch();
    return problem === null
      ? act
      : { ...act, accepted: false, notice: `${command} failed with the error "${problem}"` };
  }

  return { click, suggest, submitModal, closeModal, slash };
}

function getUser(state: State, id: string): User {
  const user = state.users.get(id);
  if (user === undefined) throw new Error(`no user ${id}`);
  return user;
}

function getView(state: State, id: string): View {
  const view = state.views.get(id);
  if (view === undefined) throw new Error(`no view ${id}`);
  return view;
}

/** The one element that is meant; several blocks may use the same action id. */
function findElement(blocks: readonly JsonObject[], input: Pick<ClickInput, 'actionId' | 'blockId'>): FoundElement {
  const found = actingElements(blocks).filter(
    ({ block, element }) =>
      element.action_id === input.actionId && (input.blockId === undefined || block.block_id === input.blockId),
  );
  const [first] = found;
  if (first === undefined) throw new Error(`there is no ${input.actionId} to click on`);
  if (found.length > 1) throw new Error(`${found.length} blocks have ${input.actionId}: say which by blockId`);
  return first;
}

/** The entry of `actions`; a choice also becomes the element's state. */
function actionOf(
  { block, element }: FoundElement,
  value: InputValue,
  values: Record<string, JsonObject>,
  ts: string,
): JsonObject {
  const ids = { action_id: element.action_id ?? '', block_id: block.block_id ?? '' };
  if (element.type === 'button') {
    const { type, text, value: sent, style, confirm } = element;
    return {
      ...(confirm === undefined ? {} : { confirm }),
      ...ids,
      text: text ?? null,
      ...(sent === undefined ? {} : { value: sent }),
      ...(style === undefined ? {} : { style }),
      type,
      action_ts: ts,
    };
  }
  const chosen = stateOf(element, value);
  const held = values[String(ids.block_id)];
  if (held !== undefined && element.type !== 'overflow') held[String(ids.action_id)] = chosen;
  return {
    ...(element.confirm === undefined ? {} : { confirm: element.confirm }),
    ...(element.placeholder === undefined ? {} : { placeholder: element.placeholder }),
    ...ids,
    ...chosen,
    action_ts: ts,
  };
}

function actOf(delivery: Delivery): Act {
  const attempt = delivery.attempts.find(({ copy }) => !copy);
  const accepted = delivery.state === 'answered';
  const { status = null, body = '', durationMs = 0 } = attempt ?? {};
  const error = attempt === undefined ? 'dropped' : attempt.error;
  const notice = accepted ? null : 'This app had some trouble responding. Try again?';
  return {
    accepted,
    status,
    body,
    json: parse(body),
    durationMs,
    error,
    notice,
    payload: delivery.payload,
    sequence: delivery.sequence,
  };
}

function commandError({ error, status }: Act): string {
  if (error === 'operation_timeout') return 'operation_timeout';
  return status === null ? 'dispatch_failed' : 'dispatch_unknown_error';
}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
