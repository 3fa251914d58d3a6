import type { JsonObject } from '../gemini/wire';

const plain = (text: string): JsonObject => ({ type: 'plain_text', text, emoji: false });
const mrkdwn = (text: string): JsonObject => ({ type: 'mrkdwn', text, verbatim: true });
const button = (id: string, text: string, more: JsonObject = {}): JsonObject => ({
  type: 'button',
  action_id: id,
  text: plain(text),
  value: '{"v":1,"a":"apr_1","r":1}',
  accessibility_label: `${text} refund_payment`,
  ...more,
});

/** The blocks of a request that waits for people, with one of each kind that such a message has. */
export function sampleBlocks(): JsonObject[] {
  return [
    { type: 'header', block_id: 'head', text: plain('Approval needed: refund_payment') },
    {
      type: 'section',
      block_id: 'facts',
      fields: [mrkdwn('*Agent*\nbilling-assistant'), mrkdwn('*Requested by*\n<@U01REQST001>')],
    },
    {
      type: 'rich_text',
      block_id: 'arguments',
      elements: [
        { type: 'rich_text_section', elements: [{ type: 'text', text: 'Arguments', style: { bold: true } }] },
        {
          type: 'rich_text_preformatted',
          elements: [{ type: 'text', text: '{\n  "note": "<!channel> & <b>please</b> hurry"\n}' }],
        },
      ],
    },
    { type: 'divider', block_id: 'line' },
    { type: 'context', block_id: 'context', elements: [mrkdwn('Expires <!date^1795309200^{time}|01:00 UTC>')] },
    {
      type: 'actions',
      block_id: 'decide',
      elements: [
        button('approval.approve', 'Approve', {
          style: 'primary',
          confirm: {
            title: plain('Approve refund_payment?'),
            text: plain('It cannot be undone.'),
            confirm: plain('Approve'),
            deny: plain('Go back'),
          },
        }),
        button('approval.reject', 'Reject', { style: 'danger' }),
        { type: 'button', action_id: 'approval.open', text: plain('Open dashboard'), url: 'https://app.example/r/1' },
        {
          type: 'overflow',
          action_id: 'approval.more',
          options: [
            { text: plain('View all'), value: 'view' },
            { text: plain('Escalate'), value: 'escalate' },
          ],
        },
      ],
    },
  ];
}

/** A modal with a required text, a menu and an optional number. */
export function sampleModal(more: JsonObject = {}): JsonObject {
  return {
    type: 'modal',
    callback_id: 'approval.reject',
    private_metadata: '{"a":"apr_1"}',
    notify_on_close: true,
    title: plain('Reject request'),
    submit: plain('Reject'),
    close: plain('Cancel'),
    blocks: [
      {
        type: 'input',
        block_id: 'reason',
        label: plain('Reason'),
        element: { type: 'plain_text_input', action_id: 'text', multiline: true, min_length: 3, max_length: 1_000 },
      },
      {
        type: 'input',
        block_id: 'next',
        label: plain('What the agent should do'),
        element: {
          type: 'static_select',
          action_id: 'next',
          initial_option: { text: plain('Stop'), value: 'stop' },
          options: [
            { text: plain('Stop'), value: 'stop' },
            { text: plain('Ask'), value: 'ask' },
          ],
        },
      },
      {
        type: 'input',
        block_id: 'amount',
        optional: true,
        label: plain('Amount'),
        element: { type: 'number_input', action_id: 'amount', is_decimal_allowed: true, min_value: '0.01' },
      },
    ],
    ...more,
  };
}

export function sampleHome(): JsonObject {
  return {
    type: 'home',
    callback_id: 'home',
    blocks: [
      { type: 'header', block_id: 'head', text: plain('Waiting for you: 2') },
      ...['apr_1', 'apr_2'].map((id) => ({
        type: 'section',
        block_id: `row:${id}`,
        text: mrkdwn(`*refund_payment* · ${id}`),
        accessory: button('approval.review', 'Review'),
      })),
    ],
  };
}
