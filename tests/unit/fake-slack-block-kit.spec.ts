import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '@/tests/fakes/gemini/wire';
import { checkBlocks, checkView, isViewTooLarge, problemText } from '@/tests/fakes/slack/block-kit';
import { sampleBlocks, sampleHome, sampleModal } from '@/tests/fakes/slack/samples';

const plain = (text: string): JsonObject => ({ type: 'plain_text', text });
const of = (length: number) => 'x'.repeat(length);
const many = (count: number, make: (index: number) => JsonObject) => Array.from({ length: count }, (_, i) => make(i));
const section = (more: JsonObject = {}): JsonObject => ({ type: 'section', text: plain('x'), ...more });
const button = (more: JsonObject = {}): JsonObject => ({ type: 'button', text: plain('x'), ...more });
const actions = (...elements: Json[]): JsonObject => ({ type: 'actions', elements });
const input = (element: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'input',
  label: plain('x'),
  element,
  ...more,
});
const options = (count: number) => many(count, (i) => ({ text: plain(`o${i}`), value: `v${i}` }));
const rich = (...elements: Json[]): JsonObject => ({ type: 'rich_text', elements });
const preformatted = (text: string): JsonObject => ({
  type: 'rich_text_preformatted',
  elements: [{ type: 'text', text }],
});

const messages = (problems: { path: string; message: string }[]) => problems.map(problemText);

test('the message, the modal and the Home tab that the product sends are fine', () => {
  expect(checkBlocks(sampleBlocks(), 'message')).toEqual([]);
  expect(checkView(sampleModal())).toEqual([]);
  expect(checkView(sampleHome())).toEqual([]);
});

describe('each limit holds at its figure and refuses one more', () => {
  const confirm = (more: JsonObject): JsonObject => ({
    title: plain('x'),
    text: plain('x'),
    confirm: plain('x'),
    deny: plain('x'),
    ...more,
  });
  const limits: [string, number, (size: number) => Json[], string][] = [
    ['blocks of a message', 50, (n) => many(n, () => ({ type: 'divider' })), '/blocks'],
    ['header', 150, (n) => [{ type: 'header', text: plain(of(n)) }], '/blocks/0/text/text'],
    ['section text', 3_000, (n) => [{ type: 'section', text: plain(of(n)) }], '/blocks/0/text/text'],
    ['section fields', 10, (n) => [{ type: 'section', fields: many(n, () => plain('x')) }], '/blocks/0/fields'],
    ['section field', 2_000, (n) => [{ type: 'section', fields: [plain(of(n))] }], '/blocks/0/fields/0/text'],
    ['context', 10, (n) => [{ type: 'context', elements: many(n, () => plain('x')) }], '/blocks/0/elements'],
    ['actions', 25, (n) => [actions(...many(n, () => button()))], '/blocks/0/elements'],
    ['primary buttons', 1, (n) => [actions(...many(n, () => button({ style: 'primary' })))], '/blocks/0/elements'],
    ['button text', 75, (n) => [actions(button({ text: plain(of(n)) }))], '/blocks/0/elements/0/text/text'],
    ['button value', 2_000, (n) => [actions(button({ value: of(n) }))], '/blocks/0/elements/0/value'],
    ['button url', 3_000, (n) => [actions(button({ url: `https://x/${of(n - 10)}` }))], '/blocks/0/elements/0/url'],
    [
      'accessibility label',
      75,
      (n) => [actions(button({ accessibility_label: of(n) }))],
      '/blocks/0/elements/0/accessibility_label',
    ],
    [
      'confirm title',
      100,
      (n) => [actions(button({ confirm: confirm({ title: plain(of(n)) }) }))],
      '/blocks/0/elements/0/confirm/title/text',
    ],
    [
      'confirm text',
      300,
      (n) => [actions(button({ confirm: confirm({ text: plain(of(n)) }) }))],
      '/blocks/0/elements/0/confirm/text/text',
    ],
    [
      'confirm button',
      30,
      (n) => [actions(button({ confirm: confirm({ confirm: plain(of(n)) }) }))],
      '/blocks/0/elements/0/confirm/confirm/text',
    ],
    ['action_id', 255, (n) => [actions(button({ action_id: of(n) }))], '/blocks/0/elements/0/action_id'],
    ['block_id', 255, (n) => [{ type: 'divider', block_id: of(n) }], '/blocks/0/block_id'],
    [
      'menu options',
      100,
      (n) => [actions({ type: 'static_select', options: options(n) })],
      '/blocks/0/elements/0/options',
    ],
    [
      'option text',
      75,
      (n) => [actions({ type: 'static_select', options: [{ text: plain(of(n)), value: 'v' }] })],
      '/blocks/0/elements/0/options/0/text/text',
    ],
    [
      'option value',
      75,
      (n) => [actions({ type: 'static_select', options: [{ text: plain('x'), value: of(n) }] })],
      '/blocks/0/elements/0/options/0/value',
    ],
    [
      'placeholder',
      150,
      (n) => [actions({ type: 'static_select', options: options(1), placeholder: plain(of(n)) })],
      '/blocks/0/elements/0/placeholder/text',
    ],
    ['overflow', 5, (n) => [actions({ type: 'overflow', options: options(n) })], '/blocks/0/elements/0/options'],
    [
      'radio buttons',
      10,
      (n) => [actions({ type: 'radio_buttons', options: options(n) })],
      '/blocks/0/elements/0/options',
    ],
    ['checkboxes', 10, (n) => [actions({ type: 'checkboxes', options: options(n) })], '/blocks/0/elements/0/options'],
    [
      'input label',
      2_000,
      (n) => [input({ type: 'plain_text_input' }, { label: plain(of(n)) })],
      '/blocks/0/label/text',
    ],
    ['input hint', 2_000, (n) => [input({ type: 'plain_text_input' }, { hint: plain(of(n)) })], '/blocks/0/hint/text'],
    [
      'initial value',
      3_000,
      (n) => [input({ type: 'plain_text_input', initial_value: of(n) })],
      '/blocks/0/element/initial_value',
    ],
    ['max_length', 3_000, (n) => [input({ type: 'plain_text_input', max_length: n })], '/blocks/0/element/max_length'],
    ['markdown', 12_000, (n) => [{ type: 'markdown', text: of(n) }], '/blocks/0/text'],
    ['a preformatted part', 3_000, (n) => [rich(preformatted(of(n)))], '/blocks/0/elements/0'],
    [
      'rich text of a message',
      12_000,
      (n) => [
        rich(preformatted(of(3_000)), preformatted(of(3_000))),
        rich(preformatted(of(3_000)), preformatted(of(2_999)), {
          type: 'rich_text_section',
          elements: [{ type: 'text', text: of(n - 11_999) }],
        }),
      ],
      '/blocks',
    ],
  ];
  test.each(limits)('%s: %i', (_name, limit, blocks, path) => {
    expect(messages(checkBlocks(blocks(limit), 'message'))).toEqual([]);
    expect(checkBlocks(blocks(limit + 1), 'message').map((problem) => problem.path)).toContain(path);
  });

  const viewLimits: [string, number, (size: number) => JsonObject, string][] = [
    ['blocks of a modal', 100, (n) => sampleModal({ blocks: many(n, () => ({ type: 'divider' })) }), '/view/blocks'],
    ['title', 24, (n) => sampleModal({ title: plain(of(n)) }), '/view/title/text'],
    ['submit', 24, (n) => sampleModal({ submit: plain(of(n)) }), '/view/submit/text'],
    ['close', 24, (n) => sampleModal({ close: plain(of(n)) }), '/view/close/text'],
    ['private_metadata', 3_000, (n) => sampleModal({ private_metadata: of(n) }), '/view/private_metadata'],
    ['callback_id', 255, (n) => sampleModal({ callback_id: of(n) }), '/view/callback_id'],
  ];
  test.each(viewLimits)('%s: %i', (_name, limit, view, path) => {
    expect(checkView(view(limit))).toEqual([]);
    expect(checkView(view(limit + 1)).map((problem) => problem.path)).toEqual([path]);
  });

  test('a view of more than 250 KB is too large', () => {
    const view = (blocks: number) => sampleModal({ blocks: many(blocks, () => section({ text: plain(of(2_960)) })) });
    expect(isViewTooLarge(view(80))).toBe(false);
    expect(isViewTooLarge(view(90))).toBe(true);
  });
});

describe('shapes that Slack refuses', () => {
  const refused: [string, Json[], string][] = [
    [
      'an empty text',
      [section({ text: plain('') })],
      'must be more than 0 characters [json-pointer:/blocks/0/text/text]',
    ],
    ['a header in markup', [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }], 'unsupported type: mrkdwn'],
    ['a section without text', [{ type: 'section' }], 'must define either `text` or `fields` [json-pointer:/blocks/0]'],
    ['an unknown member', [section({ colour: 'red' })], 'invalid additional property: colour [json-pointer:/blocks/0]'],
    ['an unknown block', [{ type: 'card' }], 'unsupported type: card [json-pointer:/blocks/0/type]'],
    ['no type', [{}], 'missing required field: type [json-pointer:/blocks/0]'],
    ['a button without text', [actions({ type: 'button' })], 'missing required field: text'],
    ['a text input among actions', [actions({ type: 'plain_text_input' })], 'unsupported type: plain_text_input'],
    ['a button as input', [input(button())], 'unsupported type: button'],
    ['an address without scheme', [actions(button({ url: 'example.com' }))], 'must be a valid URL'],
    ['a script as address', [actions(button({ url: 'javascript:alert(1)' }))], 'must be a valid URL'],
    ['an unknown style', [actions(button({ style: 'loud' }))], 'must be a valid enum value: primary, danger'],
    [
      'emoji on markup',
      [section({ text: { type: 'mrkdwn', text: 'x', emoji: true } })],
      'invalid additional property: emoji',
    ],
    [
      'verbatim on plain text',
      [section({ text: { ...plain('x'), verbatim: true } })],
      'invalid additional property: verbatim',
    ],
    ['empty rich text', [rich()], 'no fewer than 1 items allowed'],
    ['rich text of bare words', [rich({ type: 'text', text: 'x' })], 'unsupported type: text'],
    [
      'a mention in preformatted text',
      [rich({ type: 'rich_text_preformatted', elements: [{ type: 'user', user_id: 'U1' }] })],
      'unsupported type: user',
    ],
    ['options and groups', [actions({ type: 'static_select' })], 'must define either `options` or `option_groups`'],
    [
      'a choice that is not offered',
      [actions({ type: 'static_select', options: options(2), initial_option: { text: plain('o9'), value: 'v9' } })],
      'initial_option must be one of the options',
    ],
    [
      'the same block_id twice',
      [section({ block_id: 'b' }), section({ block_id: 'b' })],
      '`block_id` "b" already exists [json-pointer:/blocks/1/block_id]',
    ],
    [
      'the same action_id twice',
      [actions(button({ action_id: 'a' }), button({ action_id: 'a' }))],
      '`action_id` "a" already exists',
    ],
    ['a number where text belongs', [section({ text: { type: 'plain_text', text: 5 } })], 'must be a string'],
    ['null', [null], 'must be an object [json-pointer:/blocks/0]'],
  ];
  test.each(refused)('%s', (_name, blocks, message) => {
    expect(messages(checkBlocks(blocks, 'message')).join('\n')).toContain(message);
  });

  test('a list that is none, and text that is none', () => {
    expect(messages(checkBlocks('[]', 'message'))).toEqual(['must be an array [json-pointer:/blocks]']);
  });

  test('markdown and tables stand in messages alone', () => {
    for (const block of [
      { type: 'markdown', text: 'x' },
      { type: 'table', rows: [[{ type: 'raw_text', text: 'x' }]] },
    ]) {
      expect(checkBlocks([block], 'message')).toEqual([]);
      expect(messages(checkBlocks([block], 'modal'))).toEqual([
        `unsupported type: ${block.type} [json-pointer:/blocks/0/type]`,
      ]);
    }
  });

  test('a modal that asks for something has a submit button, a Home tab has no title', () => {
    const { submit, ...without } = sampleModal();
    expect(submit).toBeDefined();
    expect(messages(checkView(without))).toEqual(['missing required field: submit [json-pointer:/view]']);
    expect(messages(checkView({ ...sampleHome(), title: plain('x') }))).toEqual([
      'invalid additional property: title [json-pointer:/view]',
    ]);
    expect(messages(checkView({ type: 'modal' }))).toEqual([
      'missing required field: title [json-pointer:/view]',
      'missing required field: blocks [json-pointer:/view]',
    ]);
  });
});
