import { isObject, type JsonObject } from '../gemini/wire';
import { Refusal, refuseArguments } from './arguments';
import { checkView, isViewTooLarge, problemText } from './block-kit';
import { getUser, type Method, type MethodCall } from './method';
import { belongsTo } from './people';
import type { Trigger, View } from './state';
import { addView, changeView, DEEPEST_STACK, homeOf, openModals, viewView } from './views';

export const viewMethods: Record<string, Method> = {
  'views.open': {
    token: 'bot',
    scopes: [],
    tier: 4,
    args: { trigger_id: 'string!', view: 'json!', interactivity_pointer: 'string' },
    run(call) {
      const payload = readView(call, 'modal');
      const trigger = exchangeTrigger(call);
      // A person looks at one modal at a time: a new one takes the place of whatever was open.
      for (const open of openModals(call.state, trigger.userId)) open.open = false;
      return show(call, payload, trigger, null);
    },
  },

  'views.push': {
    token: 'bot',
    scopes: [],
    tier: 4,
    args: { trigger_id: 'string!', view: 'json!', interactivity_pointer: 'string' },
    run(call) {
      const payload = readView(call, 'modal');
      const trigger = exchangeTrigger(call);
      const stack = openModals(call.state, trigger.userId);
      const top = stack.at(-1);
      if (top === undefined) throw new Refusal('not_found');
      if (stack.length >= DEEPEST_STACK) throw new Refusal('push_limit_reached');
      return show(call, payload, trigger, top);
    },
  },

  'views.update': {
    token: 'bot',
    scopes: [],
    tier: 4,
    args: { view_id: 'string', external_id: 'string', view: 'json!', hash: 'string' },
    run(call) {
      const view = findView(call);
      if (view === null || !view.open) throw new Refusal('not_found');
      const payload = readView(call, view.type);
      requireHash(call, view);
      changeView(call.state, view, payload);
      return { view: viewView(call.state, view) };
    },
  },

  'views.publish': {
    token: 'bot',
    scopes: [],
    tier: 4,
    args: { user_id: 'string!', view: 'json!', hash: 'string' },
    run(call) {
      if (!call.switches.homeEnabled) throw new Refusal('not_enabled');
      const payload = readView(call, 'home');
      const user = getUser(call, call.args.text('user_id'));
      if (!belongsTo(call.state, user.teamId, call.installation)) throw new Refusal('user_not_found');
      const published = homeOf(call.state, user.id);
      if (published !== null) {
        requireHash(call, published);
        changeView(call.state, published, payload);
        return { view: viewView(call.state, published) };
      }
      const view = addView(call.state, {
        payload,
        teamId: user.teamId,
        userId: user.id,
        installation: call.installation,
        below: null,
      });
      return { view: viewView(call.state, view) };
    },
  },
};

function readView({ args, state }: MethodCall, type: View['type']): JsonObject {
  const view = args.json('view');
  if (!isObject(view)) throw refuseArguments('invalid_arguments', ['must be an object [json-pointer:/view]']);
  if (isViewTooLarge(view)) throw new Refusal('view_too_large');
  const problems = checkView(view);
  if (view.type !== type) problems.unshift({ path: '/view/type', message: `must be "${type}"` });
  if (problems.length > 0) throw refuseArguments('invalid_arguments', problems.map(problemText));
  const { external_id: external } = view;
  if (typeof external === 'string' && external !== '' && type === 'modal')
    for (const other of state.views.values())
      if (other.open && other.payload.external_id === external && other.id !== args.optionalText('view_id'))
        if (args.optionalText('external_id') !== external) throw new Refusal('duplicate_external_id');
  return view;
}

/** A trigger opens one view, within its lifetime, for the app that it was given to. */
function exchangeTrigger({ args, state, clock, switches, installation }: MethodCall): Trigger {
  const trigger = state.triggers.get(args.text('trigger_id'));
  if (trigger === undefined || trigger.installation !== installation) throw new Refusal('invalid_trigger_id');
  if (trigger.used) throw new Refusal('exchanged_trigger_id');
  if (trigger.late || clock.now() - trigger.issuedAt > switches.triggerLifetimeMs)
    throw new Refusal('expired_trigger_id');
  trigger.used = true;
  return trigger;
}

function show(call: MethodCall, payload: JsonObject, trigger: Trigger, below: View | null): JsonObject {
  const { state, installation } = call;
  const user = state.users.get(trigger.userId);
  const view = addView(state, {
    payload,
    teamId: installation.teamId ?? user?.teamId ?? '',
    userId: trigger.userId,
    installation,
    below,
  });
  return { view: viewView(state, view) };
}

function findView({ args, state, installation }: MethodCall): View | null {
  const id = args.optionalText('view_id');
  const external = args.optionalText('external_id');
  if (id === null && external === null)
    throw refuseArguments('invalid_arguments', ['must provide either view_id or external_id']);
  for (const view of state.views.values())
    if (
      view.installation === installation &&
      (view.id === id || (external !== null && view.payload.external_id === external))
    )
      return view;
  return null;
}

function requireHash({ args }: MethodCall, view: View): void {
  const hash = args.optionalText('hash');
  if (hash !== null && hash !== view.hash) throw new Refusal('hash_conflict');
}
