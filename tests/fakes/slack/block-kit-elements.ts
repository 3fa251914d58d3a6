import { isObject, type Json, type JsonObject } from '../gemini/wire';
import {
  anyText,
  bool,
  byType,
  type Check,
  confirmDialog,
  identifier,
  integer,
  list,
  object,
  option,
  pattern,
  plainText,
  string,
  url,
  withRule,
  word,
} from './block-kit-shapes';

const acting = { action_id: identifier, confirm: confirmDialog, focus_on_load: bool };
const placeholder = { placeholder: plainText(150) };
const dispatch = {
  dispatch_action_config: object({
    trigger_actions_on: list(word('on_enter_pressed', 'on_character_entered'), 1, 2),
  }),
};

const button: Check = object(
  { text: plainText(75) },
  {
    action_id: identifier,
    url,
    value: string(2_000),
    style: word('primary', 'danger'),
    confirm: confirmDialog,
    accessibility_label: string(75),
  },
);

const image: Check = withRule(
  object({ alt_text: string(2_000) }, { image_url: url, slack_file: object({}, { id: string(255), url }) }),
  (value, report) => {
    if ((value.image_url === undefined) === (value.slack_file === undefined))
      report('must define either `image_url` or `slack_file`');
  },
);

const menuOption = option(plainText);
const choiceOption = option(anyText);
const optionGroup = object({ label: plainText(75), options: list(menuOption, 1, 100) });

const staticChoices = { options: list(menuOption, 1, 100), option_groups: list(optionGroup, 1, 100) };

const staticSelect: Check = withRule(
  object({}, { ...acting, ...placeholder, ...staticChoices, initial_option: menuOption }),
  (value, report) => {
    requireOneKindOfOptions(value, report);
    if (value.initial_option !== undefined && !isOffered(value, value.initial_option))
      report('initial_option must be one of the options', 'initial_option');
  },
);

const multiStaticSelect: Check = withRule(
  object(
    {},
    {
      ...acting,
      ...placeholder,
      ...staticChoices,
      initial_options: list(menuOption, 1, 100),
      max_selected_items: integer(1, 100),
    },
  ),
  (value, report) => {
    requireOneKindOfOptions(value, report);
    requireOffered(value, report);
  },
);

const chosenFromList = (max: number): Record<string, Check> => ({ options: list(choiceOption, 1, max) });

const radioButtons: Check = withRule(
  object(chosenFromList(10), { ...acting, initial_option: choiceOption }),
  (value, report) => {
    if (value.initial_option !== undefined && !isOffered(value, value.initial_option))
      report('initial_option must be one of the options', 'initial_option');
  },
);

const checkboxes: Check = withRule(
  object(chosenFromList(10), { ...acting, initial_options: list(choiceOption, 1, 10) }),
  requireOffered,
);

const overflow: Check = object(
  { options: list(option(plainText, { url }), 1, 5) },
  { action_id: identifier, confirm: confirmDialog },
);

const plainTextInput: Check = withRule(
  object(
    {},
    {
      action_id: identifier,
      ...placeholder,
      ...dispatch,
      initial_value: string(3_000, 0),
      multiline: bool,
      min_length: integer(0, 3_000),
      max_length: integer(1, 3_000),
      focus_on_load: bool,
    },
  ),
  (value, report) => {
    const { min_length: min, max_length: max, initial_value: initial } = value;
    if (typeof min === 'number' && typeof max === 'number' && min > max)
      report('must not be more than max_length', 'min_length');
    if (typeof initial === 'string' && typeof max === 'number' && initial.length > max)
      report(`must be less than ${max + 1} characters`, 'initial_value');
  },
);

const decimal = pattern(/^-?\d+(\.\d+)?$/, 'a number in a string');
const numberInput: Check = withRule(
  object(
    { is_decimal_allowed: bool },
    {
      action_id: identifier,
      ...placeholder,
      ...dispatch,
      initial_value: decimal,
      min_value: decimal,
      max_value: decimal,
      focus_on_load: bool,
    },
  ),
  (value, report) => {
    if (value.is_decimal_allowed !== false) return;
    for (const member of ['initial_value', 'min_value', 'max_value'])
      if (typeof value[member] === 'string' && value[member].includes('.')) report('must be a whole number', member);
  },
);

const addressInput = (initial: Check): Check =>
  object({}, { action_id: identifier, ...placeholder, ...dispatch, initial_value: initial, focus_on_load: bool });

const filter = object(
  {},
  {
    include: list(word('im', 'mpim', 'private', 'public'), 1, 4),
    exclude_external_shared_channels: bool,
    exclude_bot_users: bool,
  },
);

const selects: Record<string, Check> = {
  static_select: staticSelect,
  external_select: object(
    {},
    { ...acting, ...placeholder, initial_option: menuOption, min_query_length: integer(0, 255) },
  ),
  users_select: object({}, { ...acting, ...placeholder, initial_user: string(255) }),
  conversations_select: object(
    {},
    {
      ...acting,
      ...placeholder,
      initial_conversation: string(255),
      default_to_current_conversation: bool,
      response_url_enabled: bool,
      filter,
    },
  ),
  channels_select: object({}, { ...acting, ...placeholder, initial_channel: string(255), response_url_enabled: bool }),
};

const several = { ...acting, ...placeholder, max_selected_items: integer(1, 100) };
const ids = list(string(255), 1, 100);
const multiSelects: Record<string, Check> = {
  multi_static_select: multiStaticSelect,
  multi_external_select: object(
    {},
    { ...several, initial_options: list(menuOption, 1, 100), min_query_length: integer(0, 255) },
  ),
  multi_users_select: object({}, { ...several, initial_users: ids }),
  multi_conversations_select: object(
    {},
    { ...several, initial_conversations: ids, default_to_current_conversation: bool, filter },
  ),
  multi_channels_select: object({}, { ...several, initial_channels: ids }),
};

const pickers: Record<string, Check> = {
  datepicker: object(
    {},
    { ...acting, ...placeholder, initial_date: pattern(/^\d{4}-\d{2}-\d{2}$/, 'a date YYYY-MM-DD') },
  ),
  timepicker: object(
    {},
    {
      ...acting,
      ...placeholder,
      initial_time: pattern(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time HH:mm'),
      timezone: string(255),
    },
  ),
};
const datetimepicker: Check = object({}, { ...acting, initial_date_time: integer(1_000_000_000, 9_999_999_999) });

const choices: Record<string, Check> = { radio_buttons: radioButtons, checkboxes };

/** What may stand in `section.accessory`. */
export const accessory: Check = byType({
  button,
  image,
  overflow,
  ...choices,
  ...selects,
  ...multiSelects,
  ...pickers,
});

/** What may stand in `actions.elements`. */
export const actionsElement: Check = byType({
  button,
  overflow,
  datetimepicker,
  ...choices,
  ...selects,
  ...multiSelects,
  ...pickers,
});

/** What may stand in `input.element`. */
export const inputElement: Check = byType({
  datetimepicker,
  ...choices,
  ...selects,
  ...multiSelects,
  ...pickers,
  plain_text_input: plainTextInput,
  number_input: numberInput,
  email_text_input: addressInput(string(3_000)),
  url_text_input: addressInput(url),
  rich_text_input: object({}, { action_id: identifier, ...placeholder, ...dispatch, focus_on_load: bool }),
});

export const contextElement: Check = byType({
  image,
  plain_text: object({ text: string(3_000) }, { emoji: bool }),
  mrkdwn: object({ text: string(3_000) }, { verbatim: bool }),
});

export const imageMembers = image;

const PREFORMATTED_MAX = 3_000; // Slack publishes no figure; this is the one that we keep to
const style = object({}, { bold: bool, italic: bool, strike: bool, code: bool, underline: bool });
const text: Check = object({ text: string(Number.MAX_SAFE_INTEGER - 1) }, { style });
const link: Check = object({ url }, { text: string(3_000), style, unsafe: bool });
const inline: Check = byType({
  text,
  link,
  user: object({ user_id: string(255) }, { style }),
  usergroup: object({ usergroup_id: string(255) }, { style }),
  channel: object({ channel_id: string(255) }, { style }),
  team: object({ team_id: string(255) }, { style }),
  emoji: object({ name: string(255) }, { unicode: string(255), style }),
  broadcast: object({ range: word('here', 'channel', 'everyone') }, { style }),
  color: object({ value: string(255) }, { style }),
  date: object({ timestamp: integer(0, 9_999_999_999), format: string(255) }, { url, fallback: string(255), style }),
});

const MANY = 10_000; // no figure is published for the number of rich text parts
const section: Check = object({ elements: list(inline, 1, MANY) });

export const richTextElement: Check = byType({
  rich_text_section: section,
  rich_text_list: object(
    { style: word('bullet', 'ordered'), elements: list(byType({ rich_text_section: section }), 1, MANY) },
    { indent: integer(0, 8), border: integer(0, 1), offset: integer(0, MANY) },
  ),
  rich_text_preformatted: withRule(
    object({ elements: list(byType({ text, link }), 1, MANY) }, { border: integer(0, 1), language: string(255) }),
    (value, report) => {
      if (richTextLength(value) > PREFORMATTED_MAX) report(`must be less than ${PREFORMATTED_MAX + 1} characters`);
    },
  ),
  rich_text_quote: object({ elements: list(inline, 1, MANY) }, { border: integer(0, 1) }),
});

/** The characters of all texts inside. */
export function richTextLength(value: Json): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + richTextLength(one), 0);
  if (!isObject(value)) return 0;
  const own = typeof value.text === 'string' ? value.text.length : 0;
  return own + richTextLength(value.elements ?? null);
}

type Report = (message: string, member?: string) => void;

function requireOneKindOfOptions(value: JsonObject, report: Report): void {
  if ((value.options === undefined) === (value.option_groups === undefined))
    report('must define either `options` or `option_groups`');
}

function requireOffered(value: JsonObject, report: Report): void {
  const { initial_options: initial } = value;
  if (Array.isArray(initial) && !initial.every((one) => isOffered(value, one)))
    report('initial_options must be among the options', 'initial_options');
}

function isOffered(element: JsonObject, initial: Json): boolean {
  return offeredOptions(element).some(
    (offered) => isObject(initial) && offered.value === initial.value && sameText(offered.text, initial.text),
  );
}

/** The options of a menu, those of its groups included. */
export function offeredOptions(element: JsonObject): JsonObject[] {
  const groups = Array.isArray(element.option_groups) ? element.option_groups.filter(isObject) : [];
  const lists = [element.options, ...groups.map(({ options }) => options)];
  return lists.flatMap((one) => (Array.isArray(one) ? one.filter(isObject) : []));
}

function sameText(first: Json | undefined, second: Json | undefined): boolean {
  return isObject(first) && isObject(second) && first.text === second.text;
}
