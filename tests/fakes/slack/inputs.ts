import { isObject, type Json, type JsonObject } from '../gemini/wire';
import { offeredOptions } from './block-kit-elements';

/** What a person typed, or the value of the option they chose; several for menus that take several. */
export type InputValue = string | string[] | null;

/** An element that a person can act on, with the block it stands in. */
export type FoundElement = { block: JsonObject; element: JsonObject };

/** Every element that a person can act on, in the order in which they stand. */
export function actingElements(blocks: readonly JsonObject[]): FoundElement[] {
  return blocks.flatMap((block) => {
    const inside =
      block.type === 'actions' && Array.isArray(block.elements) ? block.elements : [block.accessory, block.element];
    return inside
      .filter((element): element is JsonObject => isObject(element) && element.type !== 'image')
      .map((element) => ({ block, element }));
  });
}

/** `state.values` before anybody touched anything. */
export function initialValues(blocks: readonly JsonObject[]): Record<string, JsonObject> {
  const values: Record<string, JsonObject> = {};
  for (const { block, element } of actingElements(blocks)) {
    if (element.type === 'button' || element.type === 'overflow') continue;
    const blockId = String(block.block_id);
    values[blockId] = { ...values[blockId], [String(element.action_id)]: initialState(element) };
  }
  return values;
}

/** The state of an element after somebody typed or chose; throws when it does not offer that. */
export function stateOf(element: JsonObject, given: InputValue): JsonObject {
  const type = String(element.type);
  const one = Array.isArray(given) ? (given[0] ?? null) : given;
  const several = given === null ? [] : Array.isArray(given) ? given : [given];
  switch (type) {
    case 'static_select':
    case 'external_select':
    case 'radio_buttons':
    case 'overflow':
      return { type, selected_option: one === null ? null : offered(element, one) };
    case 'multi_static_select':
    case 'multi_external_select':
    case 'checkboxes':
      return { type, selected_options: several.map((value) => offered(element, value)) };
    case 'users_select':
      return { type, selected_user: one };
    case 'multi_users_select':
      return { type, selected_users: several };
    case 'conversations_select':
      return { type, selected_conversation: one };
    case 'multi_conversations_select':
      return { type, selected_conversations: several };
    case 'channels_select':
      return { type, selected_channel: one };
    case 'multi_channels_select':
      return { type, selected_channels: several };
    case 'datepicker':
      return { type, selected_date: one };
    case 'timepicker':
      return { type, selected_time: one };
    case 'datetimepicker':
      return { type, selected_date_time: one === null ? null : Number(one) };
    case 'rich_text_input':
      return { type, rich_text_value: one === null ? null : richText(one) };
    default:
      return { type, value: one === '' ? null : one };
  }
}

/** What Slack's own client says to an input before it sends anything, or null. */
export function clientProblem(block: JsonObject, element: JsonObject, state: JsonObject): string | null {
  const [, value] = Object.entries(state).find(([key]) => key !== 'type') ?? [];
  const empty = value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
  if (empty) return block.optional === true ? null : 'Please complete this required field.';
  if (typeof value !== 'string') return null;
  const { min_length: min, max_length: max = 3_000, min_value: least, max_value: most } = element;
  switch (element.type) {
    case 'plain_text_input':
      if (typeof min === 'number' && value.length < min) return `Please use at least ${min} characters.`;
      return typeof max === 'number' && value.length > max ? `Please use at most ${max} characters.` : null;
    case 'number_input':
      if (!(element.is_decimal_allowed === true ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/).test(value))
        return 'Please enter a valid number.';
      if (typeof least === 'string' && Number(value) < Number(least)) return `Please enter at least ${least}.`;
      return typeof most === 'string' && Number(value) > Number(most) ? `Please enter at most ${most}.` : null;
    case 'email_text_input':
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? null : 'Please enter a valid email address.';
    case 'url_text_input':
      return URL.canParse(value) ? null : 'Please enter a valid URL.';
    default:
      return null;
  }
}

function initialState(element: JsonObject): JsonObject {
  const type = String(element.type);
  const initial = Object.entries(element).find(([key]) => key.startsWith('initial_'))?.[1];
  const selected = Object.keys(stateOf({ ...element, type }, null)).find((key) => key !== 'type') ?? 'value';
  const several = selected === 'selected_options' || selected.endsWith('s');
  return { type, [selected]: initial ?? (several ? [] : null) };
}

function offered(element: JsonObject, value: string): Json {
  const found = offeredOptions(element).find((option) => option.value === value);
  if (found !== undefined) return found;
  if (!String(element.type).includes('external'))
    throw new Error(`"${value}" is not an option of ${String(element.action_id)}`);
  return { text: { type: 'plain_text', text: value, emoji: true }, value };
}

function richText(text: string): JsonObject {
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
  };
}
