import type { ActionsBlockElement, Button, ContextBlock, KnownBlock, SectionBlock } from '@slack/types';
import { type ApprovalState, isUndoable } from '@/lib/domain/approval';
import { namesInWords } from '@/lib/domain/names';
import { slackDecides } from '@/lib/domain/tier';
import type { SlackMode, SlackView } from '../view';
import { argumentsBlock, block, changesBlock, fitsMessage, fitsModal } from './argument-text';
import { buttonValue } from './button';
import {
  cut,
  escapedWithin,
  literal,
  markup,
  oneLine,
  plainDate,
  slackDate,
  slackTime,
  unformatted,
  visible,
} from './text';
import { decidedSentence, nextWords, onItText, resumeText, riskText, statusWord, whoText } from './words';

/** What `chat.postMessage` and `chat.update` are given. */
export type SlackMessage = Readonly<{
  text: string;
  blocks: KnownBlock[];
  metadata: { event_type: string; event_payload: Record<string, string> };
}>;

/** What this approval lets people do in Slack at this instant. */
export function modeOf(view: SlackView, now: Date): SlackMode {
  if (view.state.status !== 'pending' || now >= view.deadline) return 'closed';
  if (!slackDecides(view.tier) || !view.decidable) return 'browser';
  if (view.hidden || view.masked > 0 || view.proposed) return 'reject';
  if (fitsMessage(view.arguments)) return 'decide';
  return fitsModal(view.arguments) ? 'review' : 'reject';
}

/** The message of an approval as it stands at `now`. Pure; the same approval gives the same message. */
export function approvalMessage(view: SlackView, now: Date): SlackMessage {
  const mode = modeOf(view, now);
  return {
    text: fallback(view, mode),
    blocks: [
      { type: 'header', block_id: 'hd', text: literal(title(view, mode), 150) },
      ...outcomeBlocks(view, now),
      { type: 'section', block_id: 'effect', text: literal(effectText(view), 1_000) },
      facts(view),
      ...reason(view),
      view.hidden
        ? block('args', 'Arguments', '', 'Hidden in Slack. Open the request in the browser to see them.')
        : argumentsBlock(view.arguments, view.masked, isChanged(view) ? 'Arguments as asked' : 'Arguments'),
      why(view),
      ...browserNote(view, mode),
      ...(mode === 'closed' ? [] : [buttons(view, mode)]),
    ],
    metadata: { event_type: 'approval_request', event_payload: { approval: view.id } },
  };
}

/** The plain form for when Slack refuses the blocks: title, state, link. */
export function minimalMessage(view: SlackView, now: Date): SlackMessage {
  const text = fallback(view, modeOf(view, now));
  return {
    text,
    blocks: [{ type: 'section', block_id: 'hd', text: literal(unescaped(text), 2_900) }],
    metadata: { event_type: 'approval_request', event_payload: { approval: view.id } },
  };
}

/** The buttons of an approval, for a message or a modal. */
export function decisionButtons(view: SlackView, mode: SlackMode): ActionsBlockElement[] {
  const value = buttonValue({ a: view.id, r: view.revision });
  const named = (verb: string) => cut(oneLine(visible(`${verb} ${view.tool}, request ${shortId(view.id)}`)), 75);
  const button = (id: string, text: string, verb: string, more: Partial<Button> = {}): Button => ({
    type: 'button',
    action_id: id,
    text: { type: 'plain_text', text, emoji: false },
    value,
    accessibility_label: named(verb),
    ...more,
  });
  const open =
    mode === 'browser' || mode === 'reject'
      ? button('approval.open', 'Review in browser', 'Review', { url: view.url, style: 'primary' })
      : button('approval.open', 'Open in browser', 'Open', { url: view.url });
  if (mode === 'closed' || mode === 'browser') return [open];
  if (mode === 'reject') return [open, button('approval.reject', 'Reject…', 'Reject', { style: 'danger' })];
  return [
    ...(mode === 'decide'
      ? [button('approval.approve', 'Approve', 'Approve', { style: 'primary', ...confirmation(view) })]
      : []),
    ...(mode === 'review' ? [button('approval.view', 'Review…', 'Review', { style: 'primary' })] : []),
    button('approval.reject', 'Reject…', 'Reject', { style: 'danger' }),
    ...(view.fields !== null ? [button('approval.edit', 'Edit…', 'Edit')] : []),
    ...(mode === 'decide' ? [button('approval.answer', 'Answer…', 'Answer')] : []),
    ...(mode === 'decide' ? [button('approval.view', 'View all', 'View all arguments of')] : []),
    open,
  ];
}

/** The end of an id, enough to tell two requests apart. */
export function shortId(id: string): string {
  return id.slice(-8);
}

/** `Approved: issue_refund`. */
export function statusTitle(view: SlackView): string {
  return oneLine(`${statusWord[view.state.status]}: ${view.tool}`);
}

/** What the call does, or did when people approved it otherwise than it was asked. */
export function effectText(view: SlackView): string {
  return isChanged(view) && !view.hidden ? `As asked: ${view.effect}` : view.effect;
}

function isChanged({ state }: SlackView): boolean {
  return state.status === 'approved' && state.changed;
}

function title(view: SlackView, mode: SlackMode): string {
  const word = view.state.status === 'pending' && mode === 'closed' ? 'Deadline passed' : statusWord[view.state.status];
  return oneLine(`${word}: ${view.tool}`);
}

function facts(view: SlackView): SectionBlock {
  // Two columns: what it is in words of ours, beside it what it says.
  const fact = (name: string, value: string) => [markup(`*${name}*`), literal(oneLine(value), 300)];
  return {
    type: 'section',
    block_id: 'facts',
    fields: [
      ...fact('Risk', riskText(view.tier)),
      ...fact('Agent', view.agent ?? 'Unnamed agent'),
      ...fact('Requested by', view.requester ?? 'Not given'),
      ...(view.state.status === 'pending' ? fact('Who may decide', whoText(view)) : []),
    ],
  };
}

function reason(view: SlackView): KnownBlock[] {
  if (view.hidden || view.agentReason === null || view.agentReason.trim() === '') return [];
  return [
    {
      type: 'rich_text',
      block_id: 'why',
      elements: [
        {
          type: 'rich_text_section',
          elements: [{ type: 'text', text: 'The agent’s own reason (not verified)', style: { bold: true } }],
        },
        { type: 'rich_text_quote', elements: [{ type: 'text', text: cut(visible(view.agentReason), 1_000) }] },
      ],
    },
  ];
}

// A button that is not there says nothing: why approving takes the browser.
function browserNote(view: SlackView, mode: SlackMode): KnownBlock[] {
  const because = mode === 'browser' ? browserReason(view) : mode === 'reject' ? approveReason(view) : null;
  return because === null ? [] : [{ type: 'context', block_id: 'browser', elements: [literal(because, 300)] }];
}

function browserReason(view: SlackView): string {
  return slackDecides(view.tier)
    ? 'This workspace decides calls of this risk in the browser.'
    : 'A call of this risk is decided in the browser.';
}

function approveReason(view: SlackView): string {
  if (view.hidden) return 'Approving takes the browser: the arguments are not shown in Slack.';
  if (view.masked > 0) return 'Approving takes the browser: not every value is shown in Slack.';
  if (view.proposed)
    return 'Approving takes the browser: somebody voted for other arguments, and both are compared there.';
  return 'Approving takes the browser: the arguments are too long for Slack.';
}

function why(view: SlackView): ContextBlock {
  const voted = view.votes.filter(({ voided }) => !voided).length;
  const approved = view.votes.filter(({ verdict, voided }) => verdict !== 'reject' && !voided).map(({ name }) => name);
  const so =
    view.approvalsNeeded > 1 && view.state.status === 'pending'
      ? [
          literal(
            view.blind
              ? `${voted} of ${view.approvalsNeeded} have voted; how, is shown when it is decided`
              : `${approved.length} of ${view.approvalsNeeded}${approved.length > 0 ? `: ${namesInWords(approved)}` : ''}`,
            500,
          ),
        ]
      : [];
  const extended =
    view.extension === null ? '' : `, extended by ${escapedWithin(oneLine(visible(view.extension.by)), 100)}`;
  const when = view.state.status === 'pending' ? `Expires ${slackDate(view.deadline)}${extended} · ` : '';
  const on = view.state.status === 'pending' && view.claim !== null ? [literal(onItText(view.claim), 300)] : [];
  return {
    type: 'context',
    block_id: 'ctx',
    elements: [
      literal(`Rule “${view.rule}”: ${view.ruleReason}`, 500),
      ...so,
      ...on,
      markup(`${when}Request \`${shortId(view.id)}\` · call \`${view.callHash.slice(0, 8)}\``),
    ],
  };
}

/** What was decided, by whom and why, and how it goes on; nothing while it waits. */
export function outcomeBlocks(view: SlackView, now: Date): KnownBlock[] {
  const { state } = view;
  if (state.status === 'pending') {
    return now >= view.deadline
      ? [
          {
            type: 'context',
            block_id: 'out',
            elements: [literal('The deadline has passed; no vote counts any more.', 300)],
          },
        ]
      : [];
  }
  const goesOn =
    isUndoable({ state }, now) && 'undoUntil' in state && state.undoUntil
      ? `Can be taken back until ${slackTime(state.undoUntil)}. Nothing has been sent.`
      : state.status === 'superseded'
        ? null
        : resumeText(view.resume, view.awaitsResult);
  const words = wordsOf(state);
  return [
    {
      type: 'context',
      block_id: 'out',
      elements: [
        literal(decidedSentence(state, view.decidedOn), 1_000),
        markup(slackDate(state.at)),
        ...(goesOn === null ? [] : [markup(goesOn)]),
      ],
    },
    ...(view.hidden || words === null
      ? []
      : [
          {
            type: 'rich_text' as const,
            block_id: 'words',
            elements: [
              {
                type: 'rich_text_section' as const,
                elements: [{ type: 'text' as const, text: words.title, style: { bold: true } }],
              },
              {
                type: 'rich_text_quote' as const,
                elements: [{ type: 'text' as const, text: cut(visible(words.text), 2_000) }],
              },
            ],
          },
        ]),
    ...(state.status === 'approved' && state.changed && !view.hidden && view.masked === 0
      ? [changesBlock(view.arguments, state.arguments)]
      : []),
  ];
}

function wordsOf(state: ApprovalState): { title: string; text: string } | null {
  switch (state.status) {
    case 'rejected':
      return { title: `Reason · ${nextWords[state.next]}`, text: state.reason };
    case 'approved':
      return state.note ? { title: 'Note', text: state.note } : null;
    case 'answered':
      return {
        title: 'Answer',
        text: typeof state.result === 'string' ? state.result : JSON.stringify(state.result, null, 2),
      };
    default:
      return null;
  }
}

function buttons(view: SlackView, mode: SlackMode): KnownBlock {
  return { type: 'actions', block_id: 'decide', elements: [...decisionButtons(view, mode), claimButton(view)] };
}

// Whoever presses it is on the request; it decides nothing, and says so.
function claimButton({ id, revision, tool, claim }: SlackView): Button {
  return {
    type: 'button',
    action_id: claim === null ? 'approval.claim' : 'approval.take_over',
    text: { type: 'plain_text', text: claim === null ? 'Take it' : 'Take over', emoji: false },
    value: buttonValue({ a: id, r: revision }),
    accessibility_label: cut(oneLine(visible(`Take ${tool}, request ${shortId(id)}; decides nothing`)), 75),
    ...(claim === null
      ? {}
      : {
          confirm: {
            title: literal(oneLine(`Take it over from ${claim.name}?`), 100),
            text: literal('They may be deciding right now. They see that you took it.', 300),
            confirm: { type: 'plain_text' as const, text: 'Take over', emoji: false },
            deny: { type: 'plain_text' as const, text: 'Go back', emoji: false },
          },
        }),
  };
}

// product.md §4: tier 2 asks once more, and names the effect.
function confirmation(view: SlackView): Partial<Button> {
  if (view.tier < 2) return {};
  return {
    confirm: {
      title: literal(oneLine(`Approve ${view.tool}?`), 100),
      text: literal(oneLine(view.effect), 300),
      confirm: { type: 'plain_text', text: 'Approve', emoji: false },
      deny: { type: 'plain_text', text: 'Go back', emoji: false },
    },
  };
}

// Screen readers and lock screens read this in place of the blocks.
function fallback(view: SlackView, mode: SlackMode): string {
  const link = `Open: ${view.url}`;
  const what = unformatted(title(view, mode), 200);
  if (view.state.status !== 'pending')
    return `${what}. ${unformatted(decidedSentence(view.state, view.decidedOn), 500)} Request ${view.id}. ${link}`;
  const asked = `asked by ${unformatted(view.agent ?? 'an agent', 100)}${view.requester ? ` for ${unformatted(view.requester, 100)}` : ''}`;
  return `${what} (${unformatted(riskText(view.tier), 100)}), ${asked}. ${unformatted(view.effect, 600)}. Expires ${plainDate(view.deadline)}. ${link}`;
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
