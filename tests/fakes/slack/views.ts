import { randomBytes } from 'node:crypto';
import { isObject, type JsonObject } from '../gemini/wire';
import { newId } from './ids';
import { initialValues } from './inputs';
import { withIds } from './messages';
import type { Installation, State, View } from './state';

export const DEEPEST_STACK = 3; // Slack: so many views in one modal

export function addView(
  state: State,
  given: { payload: JsonObject; teamId: string; userId: string; installation: Installation; below: View | null },
): View {
  const id = newId('V');
  const payload: JsonObject = { ...given.payload, blocks: withIds(blocksOf(given.payload)) };
  const view: View = {
    id,
    type: payload.type === 'home' ? 'home' : 'modal',
    teamId: given.teamId,
    userId: given.userId,
    installation: given.installation,
    payload,
    hash: newHash(state),
    rootId: given.below?.rootId ?? id,
    previousId: given.below?.id ?? null,
    open: true,
    errors: {},
    values: initialValues(blocksOf(payload)),
  };
  state.views.set(id, view);
  return view;
}

/** Replaces what the view shows. What was typed into an input that is still there stays. */
export function changeView(state: State, view: View, payload: JsonObject): void {
  const blocks = withIds(blocksOf(payload));
  const before = view.values;
  view.payload = { ...payload, blocks };
  view.hash = newHash(state);
  view.errors = {};
  view.values = initialValues(blocks);
  for (const [blockId, actions] of Object.entries(view.values))
    for (const [actionId, fresh] of Object.entries(actions)) {
      const kept = before[blockId]?.[actionId];
      if (isObject(kept) && isObject(fresh) && kept.type === fresh.type) actions[actionId] = kept;
    }
}

/** The modals that a person has open, the visible one last. */
export function openModals(state: State, userId: string): View[] {
  return [...state.views.values()].filter((view) => view.open && view.type === 'modal' && view.userId === userId);
}

export function homeOf(state: State, userId: string): View | null {
  for (const view of state.views.values()) if (view.type === 'home' && view.userId === userId) return view;
  return null;
}

/** A view as the API and the payloads show it. */
export function viewView(state: State, view: View): JsonObject {
  const { payload, installation } = view;
  return {
    id: view.id,
    team_id: view.teamId,
    type: view.type,
    blocks: payload.blocks ?? [],
    private_metadata: payload.private_metadata ?? '',
    callback_id: payload.callback_id ?? '',
    state: { values: view.values },
    hash: view.hash,
    title: payload.title ?? (view.type === 'home' ? { type: 'plain_text', text: 'View Title', emoji: true } : null),
    clear_on_close: payload.clear_on_close ?? false,
    notify_on_close: payload.notify_on_close ?? false,
    close: payload.close ?? null,
    submit: payload.submit ?? null,
    previous_view_id: view.previousId,
    root_view_id: view.rootId,
    app_id: state.app.id,
    external_id: payload.external_id ?? '',
    app_installed_team_id: installation.teamId ?? view.teamId,
    bot_id: installation.botId,
  };
}

export function blocksOf(payload: JsonObject): JsonObject[] {
  return Array.isArray(payload.blocks) ? payload.blocks.filter(isObject) : [];
}

function newHash(state: State): string {
  return `${state.nextTs().split('.')[0]}.${randomBytes(6).toString('base64url')}`;
}
