import type { InputBlock, KnownBlock, ModalView, PlainTextOption } from '@slack/types';
import type { ArgumentProblem } from '@/lib/domain/approval';
import type { Json, JsonObject } from '@/lib/domain/json';
import type { EditField, SlackView } from '../view';
import { argumentParts, argumentText, block } from './argument-text';
import { buttonValue, type ModalState, modalState } from './button';
import { approvalMessage, decisionButtons, modeOf, shortId } from './message';
import { cut, head, literal, markup, oneLine, slackTime, visible } from './text';
import { nextWords } from './words';

type Place = Readonly<{ c: string | null; ts: string | null }>;

/** Asks for the reason, and for what the agent should do next. */
export function rejectModal(view: SlackView, place: Place): ModalView {
  return {
    type: 'modal',
    callback_id: 'approval.reject',
    private_metadata: stateOf(view, place),
    title: plain('Reject'),
    submit: plain('Reject'),
    close: plain('Cancel'),
    blocks: [
      what(view),
      {
        type: 'input',
        block_id: 'reason',
        label: plain('Reason'),
        hint: plain('The agent and the audit history see it.'),
        element: {
          type: 'plain_text_input',
          action_id: 'v',
          multiline: true,
          min_length: 3,
          max_length: 1_000,
          placeholder: plain('What is wrong with it?'),
        },
      },
      {
        type: 'input',
        block_id: 'next',
        label: plain('What should the agent do next?'),
        element: {
          type: 'radio_buttons',
          action_id: 'v',
          options: nextOptions,
          initial_option: nextOptions[0],
        },
      },
    ],
  };
}

/** A person supplies what the function would have returned. */
export function answerModal(view: SlackView, place: Place): ModalView {
  return {
    type: 'modal',
    callback_id: 'approval.answer',
    private_metadata: stateOf(view, place),
    title: plain('Answer'),
    submit: plain('Send answer'),
    close: plain('Cancel'),
    blocks: [
      what(view),
      {
        type: 'section',
        block_id: 'told',
        text: literal('The agent is told that the function was not run and that a person answered in its place.', 300),
      },
      {
        type: 'input',
        block_id: 'result',
        label: plain('Result'),
        hint: plain('Text, or a JSON object. To refuse, use Reject instead.'),
        element: { type: 'plain_text_input', action_id: 'v', multiline: true, min_length: 1, max_length: 3_000 },
      },
    ],
  };
}

/** Every argument, in as many parts as a modal holds; decided here when the message was cut, or from the Home. */
export function viewModal(view: SlackView, place: Place, now: Date): ModalView {
  const mode = modeOf(view, now);
  const { blocks, whole } = view.hidden
    ? {
        blocks: [block('args', 'Arguments', '', 'Hidden in Slack. Open the request in the browser to see them.')],
        whole: false,
      }
    : argumentParts(view.arguments, view.masked);
  const decides = whole && (mode === 'decide' || mode === 'review');
  // Everything of the message but its arguments, which stand here in full, and its buttons.
  const around = approvalMessage(view, now).blocks.filter(
    ({ block_id: id }) => id !== 'args' && id !== 'decide' && id !== 'hd',
  );
  const buttons = decisionButtons(view, mode).filter(
    (element) => element.action_id !== 'approval.approve' && element.action_id !== 'approval.view',
  );
  return {
    type: 'modal',
    callback_id: 'approval.view',
    private_metadata: stateOf(view, place),
    title: plain('Request'),
    ...(decides ? { submit: plain('Approve') } : {}),
    close: plain('Close'),
    blocks: [
      { type: 'header', block_id: 'hd', text: literal(oneLine(view.tool), 150) },
      ...around,
      ...blocks,
      ...(whole || view.hidden ? [] : [note('rest', 'The rest is in the browser.')]),
      { type: 'actions', block_id: 'decide', elements: buttons },
    ],
  };
}

/** One input for each argument that Slack can hold, filled with what the call says now. */
export function editModal(
  view: SlackView,
  fields: readonly EditField[],
  place: Place,
  said: string | null = null,
): ModalView {
  return {
    type: 'modal',
    callback_id: 'approval.edit',
    private_metadata: stateOf(view, place),
    title: plain('Edit arguments'),
    submit: plain('Check'),
    close: plain('Cancel'),
    blocks: [
      what(view),
      note(
        'told',
        'The call itself stays as it is on record. You propose other arguments, and approve exactly those in the next step.',
      ),
      ...(said === null ? [] : [{ type: 'section' as const, block_id: 'said', text: literal(said, 300) }]),
      ...fields.map((field, index) => input(field, index)),
    ],
  };
}

export type Change = Readonly<{ label: string; before: Json | undefined; after: Json | undefined }>;

/** The second step of an edit: what differs, and Approve for exactly that. */
export function editCheckModal(view: SlackView, changes: readonly Change[], state: ModalState): ModalView {
  return {
    type: 'modal',
    callback_id: 'approval.edit_check',
    private_metadata: modalState(state),
    title: plain('Check the change'),
    submit: plain('Approve'),
    close: plain('Back'),
    blocks: [
      what(view, 'As asked: '),
      ...changes.map(
        ({ label, before, after }, index): KnownBlock => ({
          type: 'rich_text',
          block_id: `d:${index}`,
          elements: [
            {
              type: 'rich_text_section',
              elements: [{ type: 'text', text: cut(oneLine(visible(label)), 200) || ' ', style: { bold: true } }],
            },
            {
              type: 'rich_text_preformatted',
              elements: [{ type: 'text', text: `- ${valueText(before)}\n+ ${valueText(after)}` }],
            },
          ],
        }),
      ),
    ],
  };
}

/** A modal that only says something: a refusal, an outcome, a failure. */
export function noticeModal(title: string, text: string, link?: { text: string; url: string }): ModalView {
  return {
    type: 'modal',
    callback_id: 'notice',
    title: plain(cut(title, 24)),
    close: plain('Close'),
    blocks: [
      { type: 'section', block_id: 'text', text: literal(text, 2_900) },
      ...(link === undefined
        ? []
        : [
            {
              type: 'actions' as const,
              block_id: 'go',
              elements: [
                {
                  type: 'button' as const,
                  action_id: 'notice.open',
                  text: plain(link.text),
                  url: link.url,
                },
              ],
            },
          ]),
    ],
  };
}

/** What came of a form that decided: recorded, whether more people are needed, and how to take it back. */
export function receiptModal(text: string, undo: Readonly<{ until: Date; a: string; r: string }> | null): ModalView {
  return {
    type: 'modal',
    callback_id: 'receipt',
    title: plain('Recorded'),
    close: plain('Close'),
    clear_on_close: true, // the forms below it are over
    blocks: receiptBlocks(text, undo),
  };
}

/** The same as a private note under a message. */
export function receiptBlocks(
  text: string,
  undo: Readonly<{ until: Date; a: string; r: string }> | null,
): KnownBlock[] {
  const said: KnownBlock = { type: 'section', block_id: 'note', text: literal(text, 300) };
  if (undo === null) return [said];
  return [
    said,
    {
      type: 'context',
      block_id: 'until',
      elements: [markup(`It can be taken back until ${slackTime(undo.until)}.`)],
    },
    {
      type: 'actions',
      block_id: 'undo',
      elements: [{ type: 'button', action_id: 'approval.undo', text: plain('Undo'), value: buttonValue(undo) }],
    },
  ];
}

/** What a submitted field amounts to: nothing changed, another value, taken away, or not a value of its type. */
export type FieldEntry =
  | { kind: 'unchanged' }
  | { kind: 'changed'; value: Json }
  | { kind: 'removed' }
  | { kind: 'wrong'; message: string };

/**
 * Reads one input. Slack clients change quotes and emoji in what they send back, so a value counts only when it differs
 * from what the input was filled with; otherwise the stored bytes stay. The type stays the schema's.
 */
export function readField(field: EditField, given: string | null): FieldEntry {
  const before = initialText(field);
  if (given === null || given === '') {
    if (before === null || before === '') return { kind: 'unchanged' };
    return field.required ? { kind: 'wrong', message: 'This field is required.' } : { kind: 'removed' };
  }
  if (given === before) return { kind: 'unchanged' };
  switch (field.kind) {
    case 'string':
    case 'text':
      return { kind: 'changed', value: given };
    case 'boolean':
      return given === 'true' || given === 'false'
        ? { kind: 'changed', value: given === 'true' }
        : { kind: 'wrong', message: 'Choose yes or no.' };
    case 'enum': {
      const option = field.options[Number(given)];
      return option === undefined
        ? { kind: 'wrong', message: 'Choose one of the values.' }
        : { kind: 'changed', value: option };
    }
    case 'number':
    case 'integer': {
      const value = Number(given);
      if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(given.trim()) || !Number.isFinite(value))
        return { kind: 'wrong', message: 'Give a number.' };
      if (Number.isInteger(value) && !Number.isSafeInteger(value))
        return { kind: 'wrong', message: 'This number is too large to be kept exactly.' };
      return { kind: 'changed', value };
    }
  }
}

/** Messages for the inputs of an edit, by `block_id`; what belongs to none stands under the first. */
export function fieldErrors(
  fields: readonly EditField[],
  problems: readonly ArgumentProblem[],
): Readonly<Record<string, string>> {
  const errors: Record<string, string> = {};
  for (const { path, message } of problems) {
    const index = fields.findIndex(({ pointer }) => path === pointer || path.startsWith(`${pointer}/`));
    const id = `f:${Math.max(0, index)}`;
    errors[id] ??= cut(index < 0 && path !== '' ? `${path}: ${message}` : message, 150);
  }
  return errors;
}

const inputMax = 3_000;
const mostOptions = 100;
const optionMax = 75;

/** Whether an input of Slack can hold this argument as it is. */
export function fitsInput(field: EditField): boolean {
  if (field.kind === 'enum') {
    return (
      field.options.length > 0 &&
      field.options.length <= mostOptions &&
      field.options.every((option) => optionText(option).length <= optionMax && optionText(option) !== '')
    );
  }
  if (!field.present || field.value === null) return true;
  switch (field.kind) {
    case 'string':
    case 'text':
      return typeof field.value === 'string' && field.value.length <= inputMax;
    case 'boolean':
      return typeof field.value === 'boolean';
    default:
      return typeof field.value === 'number';
  }
}

function input(field: EditField, index: number): InputBlock {
  const hint = field.hint === null ? {} : { hint: literal(field.hint, 500) };
  return {
    type: 'input',
    block_id: `f:${index}`,
    optional: !field.required,
    label: literal(oneLine(field.label), 200),
    ...hint,
    element: element(field),
  };
}

function element(field: EditField): InputBlock['element'] {
  const text = initialText(field);
  const initial = text === null || text === '' ? {} : { initial_value: text };
  switch (field.kind) {
    case 'number':
    case 'integer':
      return { type: 'number_input', action_id: 'v', is_decimal_allowed: field.kind === 'number', ...initial };
    case 'boolean': {
      const options: PlainTextOption[] = [
        { text: plain('Yes'), value: 'true' },
        { text: plain('No'), value: 'false' },
      ];
      const chosen = options.find(({ value }) => value === text);
      return { type: 'static_select', action_id: 'v', options, ...(chosen ? { initial_option: chosen } : {}) };
    }
    case 'enum': {
      const options = field.options.map(
        (option, place): PlainTextOption => ({ text: literal(optionText(option), optionMax), value: String(place) }),
      );
      const chosen = options.find(({ value }) => value === text);
      return { type: 'static_select', action_id: 'v', options, ...(chosen ? { initial_option: chosen } : {}) };
    }
    default:
      return {
        type: 'plain_text_input',
        action_id: 'v',
        multiline: field.kind === 'text' || (text ?? '').includes('\n'),
        max_length: inputMax,
        ...initial,
      };
  }
}

/** What the input is filled with, as Slack sends it back when nobody touches it; null: empty. */
function initialText(field: EditField): string | null {
  if (!field.present) return null;
  if (field.kind === 'enum') {
    const place = field.options.indexOf(field.value);
    return place < 0 ? null : String(place);
  }
  return field.value === null ? null : String(field.value);
}

function optionText(option: Json): string {
  return visible(String(option));
}

function valueText(value: Json | undefined): string {
  if (value === undefined) return '(not given)';
  const text =
    typeof value === 'object' && value !== null ? argumentText(value as JsonObject) : visible(JSON.stringify(value));
  return text.length > 1_300 ? `${head(text, 1_200)}… (cut: ${text.length} characters)` : text;
}

const nextOptions: [PlainTextOption, ...PlainTextOption[]] = [
  { text: plain(nextWords.stop), value: 'stop' },
  { text: plain(nextWords.retry_differently), value: 'retry_differently' },
  { text: plain(nextWords.ask), value: 'ask' },
];

function stateOf(view: SlackView, { c, ts }: Place): string {
  return modalState({ a: view.id, r: view.revision, c, ts });
}

// Beside arguments that were changed, the sentence is of what was asked.
function what(view: SlackView, asked = ''): KnownBlock {
  return {
    type: 'context',
    block_id: 'what',
    elements: [
      literal(`${oneLine(view.tool)}. ${asked}${oneLine(view.effect)}`, 500),
      markup(`Request \`${shortId(view.id)}\``),
    ],
  };
}

function note(id: string, text: string): KnownBlock {
  return { type: 'context', block_id: id, elements: [literal(text, 1_000)] };
}

function plain(text: string) {
  return { type: 'plain_text' as const, text, emoji: false };
}
