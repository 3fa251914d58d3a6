import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ApprovalState } from '@/lib/domain/approval';
import { revisionOf } from '@/lib/domain/revision';
import { argumentParts, argumentText, messageShows } from '@/lib/slack/blocks/argument-text';
import { buttonValue, parseButton, parseModal } from '@/lib/slack/blocks/button';
import { homeView, rowBlocks } from '@/lib/slack/blocks/home';
import { approvalMessage, minimalMessage, modeOf } from '@/lib/slack/blocks/message';
import {
  answerModal,
  editCheckModal,
  editModal,
  noticeModal,
  readField,
  receiptModal,
  rejectModal,
  viewModal,
} from '@/lib/slack/blocks/modals';
import { noteMessage, threadNotes } from '@/lib/slack/blocks/notes';
import { cut, escaped, head, plainDate, visible } from '@/lib/slack/blocks/text';
import { decidedSentence } from '@/lib/slack/blocks/words';
import type { EditField } from '@/lib/slack/view';
import type { JsonObject } from '@/tests/fakes/gemini/wire';
import { checkBlocks, checkView } from '@/tests/fakes/slack/block-kit';
import { minutesAfter, noon } from '@/tests/support/builders';
import { sentProblems } from '@/tests/support/slack-sent';
import { approval, aView } from './fixtures/slack-view';

const injections = [
  '<!channel> <!here> <!everyone>',
  '<@U01MARTA001> <!subteam^S1>',
  '<https://evil.example|https://bank.example>',
  '```\n*bold* _it_ ~no~ `code`\n> quote',
  ':tada: &lt;!channel&gt; &amp;',
  '*bold* https://evil.example @here _so_ ~no~ `x`',
  '\u202Egnp.exe\u2066\u200B\u0000\u001B[31m',
  '\uD83D \uDE00 \uD83D\uDE00',
  '👩‍👩‍👧‍👦'.repeat(200),
  'e\u0301'.repeat(5_000),
  '',
  ' ',
  '\n'.repeat(50),
];

const decided: ApprovalState[] = [
  {
    status: 'approved',
    by: { kind: 'people', voters: [{ id: 'u', name: injections[0] ?? '' }] },
    at: noon,
    undoUntil: null,
    arguments: { a: 1 },
    changed: true,
    note: injections[2] ?? '',
  },
  {
    status: 'rejected',
    by: { kind: 'people', voters: [{ id: 'u', name: 'Ada' }] },
    at: noon,
    undoUntil: null,
    reason: injections[3] ?? '',
    next: 'ask',
  },
  {
    status: 'answered',
    by: { kind: 'people', voters: [{ id: 'u', name: 'Ada' }] },
    at: noon,
    undoUntil: minutesAfter(noon, 60),
    result: { deep: injections[1] ?? '' },
    note: null,
  },
  {
    status: 'approved',
    by: { kind: 'rule', rule: injections[0] ?? '', policyVersion: 1 },
    at: noon,
    undoUntil: null,
    arguments: {},
    changed: false,
    note: null,
  },
  { status: 'expired', at: noon },
  { status: 'superseded', at: noon, why: injections[2] ?? '' },
];

describe('foreign text', () => {
  test.each(injections)('cannot mention, link, format or hide anywhere: %j', (text) => {
    const field: EditField = {
      pointer: '/a',
      label: text,
      hint: text,
      kind: 'text',
      required: false,
      present: true,
      value: text.slice(0, 3_000),
      options: [],
    };
    for (const state of [{ status: 'pending' } as const, ...decided]) {
      const view = aView({
        tool: text,
        effect: text,
        agent: text,
        requester: text,
        rule: text,
        ruleReason: text,
        agentReason: text,
        claim: { name: text, givenBy: text, at: noon },
        comments: [
          { id: 'c', by: { id: 'u', name: text }, at: noon, surface: 'web', text, editedAt: noon, thread: null },
          { id: 'd', by: { id: 'u', name: text }, at: noon, surface: 'web', text: null, editedAt: null, thread: null },
        ],
        arguments: { [text]: text, list: [text] },
        state,
        fields: [field],
      });
      const message = approvalMessage(view, noon);
      expect(checkBlocks(message.blocks, 'message')).toEqual([]);
      expect(message.text.length).toBeLessThan(4_000);
      expect(message.text).not.toMatch(/<[!@#]|<https?:/);
      for (const piece of markupIn([...message.blocks, { text: message.text }]))
        expect(piece).not.toContain('<!channel>');
      const row = {
        id: approval.id,
        revision: view.revision,
        tool: text,
        effect: text,
        tier: 2 as const,
        agent: text,
        deadline: noon,
        onIt: text,
      };
      const home = {
        name: text,
        email: text,
        count: 30,
        beyond: true,
        page: 1,
        pages: 3,
        canManage: true,
        rows: [row],
        decided: [{ id: approval.id, tool: text, status: 'Approved', at: noon }],
      };
      const change = { label: text, before: text, after: { [text]: text } };
      const place = { c: null, ts: null };
      const views = [
        rejectModal(view, place),
        answerModal(view, place),
        viewModal(view, place, noon),
        editModal(view, [field], place),
        editCheckModal(view, [change], { a: view.id, r: view.revision, ...place }),
        noticeModal('Notice', decidedSentence(view.state, 'web'), { text: 'Open', url: view.url }),
        homeView({ kind: 'linked', ...home }, 'https://countersign.example'),
        homeView({ kind: 'outside', text }, 'https://countersign.example'),
      ];
      const votes = [{ id: 'v', name: text, verdict: 'approve' as const, surface: 'slack' as const, edited: true }];
      const notes = threadNotes({
        ...view,
        approvalsNeeded: 2,
        votes: [...votes.map((vote) => ({ ...vote, voided: false })), { ...votes[0], voided: true } as never],
      });
      const problems = sentProblems([
        { by: 'chat.update', content: plainJson(message) },
        { by: 'chat.update', content: plainJson(minimalMessage(view, noon)) },
        ...views.map((shown) => ({ by: 'views.open', content: plainJson({ view: shown }) })),
        ...notes.map((note) => ({ by: 'chat.update', content: plainJson(noteMessage(note)) })),
        { by: 'slash_command', content: plainJson({ text: 'x', blocks: rowBlocks(row) }) },
      ]);
      expect(problems).toEqual([]);
      const shown = JSON.stringify(message.blocks);
      expect(shown).not.toMatch(/[\u202A-\u202E\u2066-\u2069\u200B\uFEFF]/);
    }
  });

  test('our markup is the only markup: everything else stands in literal kinds', () => {
    const message = approvalMessage(
      aView({ agentReason: '*now*', arguments: { a: '*now*' }, tool: '*now*', rule: '*now*' }),
      noon,
    );
    expect(markupIn(message.blocks).join(' ')).not.toContain('*now*');
    expect(JSON.stringify(message.blocks)).not.toContain('"emoji":true');
  });
});

describe('what is read in place of the blocks', () => {
  test('`text` says what, how risky, who, what it does, until when, and where', () => {
    expect(approvalMessage(aView(), noon).text).toBe(
      `Approval needed: issue_refund (Costly: costs money or reaches people outside), asked by Billing for rana@example.com. Refund 49.9 EUR for order A-1001. Expires ${plainDate(minutesAfter(noon, 60))}. Open: https://countersign.example/approvals/apr_01k2v7q9c4t8`,
    );
  });

  test('every button names the act and the request', () => {
    for (const change of [{}, { masked: 1 }, { tier: 3 as const }, { fields: [] }]) {
      const { blocks } = approvalMessage(aView(change), noon);
      const buttons = blocks.flatMap((one) => (one.type === 'actions' ? one.elements : []));
      expect(buttons.length).toBeGreaterThan(0);
      for (const button of buttons)
        expect('accessibility_label' in button ? button.accessibility_label : '').toMatch(
          /^(Approve|Reject|Edit|Answer|Open|Review|View all arguments of|Take) issue_refund, request /,
        );
    }
  });
});

describe('what people are told', () => {
  const shown = (change: Parameters<typeof aView>[0]) => JSON.stringify(approvalMessage(aView(change), noon).blocks);
  const edited: ApprovalState = {
    status: 'approved',
    by: { kind: 'people', voters: [{ id: 'u', name: 'Ada' }] },
    at: noon,
    undoUntil: null,
    arguments: { currency: 'EUR', amount: 12.5 },
    changed: true,
    note: null,
  };

  test('an approved change shows what runs, beside what was asked', () => {
    const blocks = shown({ state: edited, arguments: { amount: 30, currency: 'EUR' }, effect: 'Refund 30 EUR' });
    expect(blocks).toContain('As asked: Refund 30 EUR');
    expect(blocks).toContain('Arguments as asked');
    expect(blocks).toContain('amount\\n- 30\\n+ 12.5');
    expect(blocks).toContain('1 field changed');
    const long = shown({ state: { ...edited, arguments: { text: 'x'.repeat(5_000) } }, arguments: { text: 'y' } });
    expect(long).toContain('cut: shows 2,400 of');
  });

  test('a decided message begins with its outcome and asks nobody any more', () => {
    const { blocks } = approvalMessage(aView({ state: edited }), noon);
    expect(blocks.slice(0, 2).map(({ block_id: id }) => id)).toEqual(['hd', 'out']);
    expect(JSON.stringify(blocks)).not.toContain('Who may decide');
  });

  test.each([
    [{}, 'One reviewer'],
    [{ approvalsNeeded: 2 }, 'Two reviewers must agree'],
    [{ groups: ['finance'] }, 'One of finance'],
    [{ approvalsNeeded: 2, groups: ['operations', '@ada@example.com'] }, 'Two of operations or ada@example.com'],
  ])('who may decide is whom the rule names: %j', (change, words) => {
    expect(shown(change)).toContain(words);
  });

  test.each([
    [{ hidden: true }, 'the arguments are not shown in Slack'],
    [{ masked: 1 }, 'not every value is shown in Slack'],
    [{ proposed: true }, 'somebody voted for other arguments'],
    [{ arguments: { a: 'x'.repeat(200_000) } }, 'the arguments are too long for Slack'],
    [{ tier: 3 as const }, 'A call of this risk is decided in the browser'],
    [{ decidable: false }, 'This workspace decides calls of this risk in the browser'],
  ])('where Approve is missing it says why: %j', (change, words) => {
    expect(shown(change)).toContain(words);
    const { blocks } = approvalMessage(aView(change), noon);
    const [first] = blocks.flatMap((one) => (one.type === 'actions' ? one.elements : []));
    expect(first).toMatchObject({ text: { text: 'Review in browser' }, style: 'primary' });
  });

  test('a decision made in a form is receipted there, with what is still needed and the way back', () => {
    const text = 'Your approval is recorded. More people are needed before it counts.';
    const modal = receiptModal(text, { until: minutesAfter(noon, 1), a: approval.id, r: 'a'.repeat(16) });
    expect(checkView(modal)).toEqual([]);
    expect(modal).toMatchObject({ clear_on_close: true, title: { text: 'Recorded' } });
    expect(JSON.stringify(modal)).toContain(text);
    expect(JSON.stringify(modal)).toContain('"approval.undo"');
    expect(JSON.stringify(receiptModal(text, null))).not.toContain('approval.undo');
  });

  test('masked arguments are not called complete', () => {
    expect(shown({ masked: 1 })).not.toContain('complete');
    expect(shown({})).toContain('complete, ');
  });
});

describe('cutting', () => {
  test('never leaves half a character, half an entity or a mark without its letter, and keeps the limit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.integer({ min: 1, max: 80 }), (text, max) => {
        const short = cut(text, max);
        expect(short.length).toBeLessThanOrEqual(Math.max(max, 1));
        expect(short.isWellFormed()).toBe(text.isWellFormed());
        expect(text.startsWith(head(text, max))).toBe(true);
      }),
    );
  });

  test('a message at its limit is whole, one character more is cut and has no Approve', () => {
    const overhead = argumentText({ a: '' }).length;
    const exact = aView({ arguments: { a: 'x'.repeat(messageShows - overhead) } });
    const over = aView({ arguments: { a: 'x'.repeat(messageShows - overhead + 1) } });
    expect(modeOf(exact, noon)).toBe('decide');
    expect(modeOf(over, noon)).toBe('review');
    expect(JSON.stringify(approvalMessage(over, noon).blocks)).not.toContain('approval.approve');
  });

  test('the modal shows every character, in parts, or says that it does not and offers no Approve', () => {
    const args = { a: 'é'.repeat(20_000) };
    const { blocks, whole } = argumentParts(args, 0);
    expect(whole).toBe(true);
    expect(preformatted(blocks).join('')).toBe(argumentText(args));
    const huge = aView({ arguments: { a: 'x'.repeat(200_000) } });
    expect(modeOf(huge, noon)).toBe('reject');
    const modal = viewModal(huge, { c: null, ts: null }, noon);
    expect(modal.submit).toBeUndefined();
    expect(checkView(modal)).toEqual([]);
  });
});

describe('what may be done where', () => {
  test.each([
    [{ tier: 1 as const }, 'decide'],
    [{ tier: 3 as const }, 'browser'],
    [{ tier: 4 as const }, 'browser'],
    [{ decidable: false }, 'browser'],
    [{ masked: 1 }, 'reject'],
    [{ hidden: true }, 'reject'],
    [{ proposed: true }, 'reject'],
    [{ deadline: noon }, 'closed'],
    [{ state: { status: 'expired' as const, at: noon } }, 'closed'],
  ])('%j: %s', (change, mode) => {
    expect(modeOf(aView(change), noon)).toBe(mode);
    const shown = JSON.stringify(approvalMessage(aView(change), noon).blocks);
    expect(shown.includes('"approval.approve"')).toBe(mode === 'decide');
  });

  test('hidden arguments and the agent’s words are nowhere in the message', () => {
    const { blocks, text } = approvalMessage(
      aView({
        hidden: true,
        effect: 'Call issue_refund',
        arguments: { secret: 'xyzzy' },
        agentReason: 'because xyzzy',
      }),
      noon,
    );
    expect(JSON.stringify(blocks) + text).not.toContain('xyzzy');
  });

  test('the same approval gives the same message', () => {
    expect(approvalMessage(aView(), noon)).toEqual(approvalMessage(aView(), minutesAfter(noon, 5)));
  });
});

describe('buttons', () => {
  test('carry the id and the revision, and anything else is not ours', () => {
    const value = buttonValue({ a: approval.id, r: revisionOf(approval) });
    expect(Object.keys(JSON.parse(value) as object).sort()).toEqual(['a', 'r', 'v']);
    expect(parseButton(value)).toEqual({ a: approval.id, r: revisionOf(approval) });
    for (const wrong of [
      '',
      '{',
      'null',
      '{"v":2}',
      value.replace('"v":1', '"v":2'),
      value.replace('apr_', 'run_'),
      'x'.repeat(20_000),
      undefined,
    ])
      expect(parseButton(wrong)).toBeNull();
    expect(parseModal('{"v":1}')).toBeNull();
  });

  test('another revision when the risk or the arguments on the table are others', () => {
    expect(revisionOf({ ...approval, tier: 3 })).not.toBe(revisionOf(approval));
    expect(revisionOf({ ...approval, callHash: '0'.repeat(64) })).not.toBe(revisionOf(approval));
  });
});

describe('reading a form', () => {
  const field = (change: Partial<EditField>): EditField => ({
    pointer: '/a',
    label: 'a',
    hint: null,
    kind: 'string',
    required: true,
    present: true,
    value: 'as it was',
    options: [],
    ...change,
  });
  test.each([
    [field({}), 'as it was', { kind: 'unchanged' }],
    [field({}), 'other', { kind: 'changed', value: 'other' }],
    [field({}), null, { kind: 'wrong', message: 'This field is required.' }],
    [field({ required: false }), null, { kind: 'removed' }],
    [field({ present: false, required: false, value: null }), null, { kind: 'unchanged' }],
    [field({ kind: 'number', value: 12.5 }), '12.5', { kind: 'unchanged' }],
    [field({ kind: 'number', value: 12.5 }), '13', { kind: 'changed', value: 13 }],
    [field({ kind: 'number', value: 1 }), '1e999', { kind: 'wrong', message: 'Give a number.' }],
    [field({ kind: 'number', value: 1 }), '0x10', { kind: 'wrong', message: 'Give a number.' }],
    [
      field({ kind: 'integer', value: 1 }),
      '90071992547409931',
      { kind: 'wrong', message: 'This number is too large to be kept exactly.' },
    ],
    [field({ kind: 'boolean', value: true }), 'false', { kind: 'changed', value: false }],
    [field({ kind: 'enum', value: 2, options: [1, 2, '2'] }), '1', { kind: 'unchanged' }],
    [field({ kind: 'enum', value: 2, options: [1, 2, '2'] }), '2', { kind: 'changed', value: '2' }],
    [field({ kind: 'enum', value: 2, options: [1, 2] }), '7', { kind: 'wrong', message: 'Choose one of the values.' }],
  ])('%#', (given, text, entry) => {
    expect(readField(given, text)).toEqual(entry);
  });
});

describe('the thread', () => {
  test('says whom an escalation asked', () => {
    const escalations = [
      { afterMinutes: 30, groups: 'finance', asked: 1, at: noon },
      { afterMinutes: 60, groups: '', asked: 2, at: noon },
    ];
    expect(threadNotes(aView({ escalations }))).toEqual([
      { key: 'escalated:30', since: noon, text: 'Nobody had decided after 30 min. finance was asked too.' },
      { key: 'escalated:60', since: noon, text: 'Nobody had decided after 60 min. 2 more were asked too.' },
    ]);
  });

  test('says each thing once by key, votes only where several are needed', () => {
    const votes = [
      { id: 'vot_1', name: 'Ada', verdict: 'approve' as const, surface: 'web' as const, edited: false, voided: false },
    ];
    expect(threadNotes(aView({ votes }))).toEqual([]);
    expect(threadNotes(aView({ votes, approvalsNeeded: 2 }))).toEqual([
      { key: 'vote:vot_1', text: 'Ada approved this in the browser.' },
    ]);
    const over = aView({ state: { status: 'expired', at: noon }, resume: 'resumed', runStatus: 'completed' });
    expect(threadNotes(over).map(({ key }) => key)).toEqual(['resume:resumed', 'run:completed']);
    expect(noteMessage({ key: 'k', text: '<!channel>' }).text).toBe('&lt;!channel&gt;');
  });
});

test('what cannot be seen is shown, and emoji stay whole', () => {
  expect(visible('a\u202Eb\u200Bc\u0000')).toBe('a\\u202eb\\u200bc\\u0000');
  expect(visible('\uD83D')).toBe('\\ud83d');
  expect(visible('❤️')).toBe('❤️');
  expect(escaped('<&>')).toBe('&lt;&amp;&gt;');
});

const plainJson = (value: object) => JSON.parse(JSON.stringify(value)) as JsonObject;

function markupIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(markupIn);
  if (typeof value !== 'object' || value === null) return [];
  const own = 'type' in value && value.type === 'mrkdwn' && 'text' in value ? [String(value.text)] : [];
  return [...own, ...Object.values(value).flatMap(markupIn)];
}

function preformatted(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(preformatted);
  if (typeof value !== 'object' || value === null) return [];
  if ('type' in value && value.type === 'rich_text_preformatted' && 'elements' in value)
    return (value.elements as { text: string }[]).map(({ text }) => text);
  return Object.values(value).flatMap(preformatted);
}
