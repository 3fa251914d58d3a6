import { isObject, type Json, type JsonObject } from '../fakes/gemini/wire';
import { checkBlocks, checkView, isViewTooLarge, problemText } from '../fakes/slack/block-kit';
import type { Sent } from '../fakes/slack/control';

/**
 * What is wrong with anything that was sent to Slack: limits and shapes of Block Kit, and what we keep to beside them. Nothing
 * mentions, links or formats but our own dates and addresses; nothing unfolds; every text is there.
 */
export function sentProblems(sent: readonly Sent[]): string[] {
  return sent.flatMap(({ by, content }) => problemsIn(by, content).map((problem) => `${by}: ${problem}`));
}

function problemsIn(by: string, content: JsonObject): string[] {
  const { blocks, view, text } = content;
  const isMessage = /^chat\.|^response_url$|^slash_command$/.test(by);
  return [
    ...(blocks === undefined ? [] : checkBlocks(blocks, 'message').map(problemText)),
    ...(view === undefined ? [] : checkView(view).map(problemText)),
    ...(view !== undefined && isViewTooLarge(view) ? ['the view is too large'] : []),
    ...(isMessage && (typeof text !== 'string' || text.trim() === '')
      ? ['no text for those who do not see blocks']
      : []),
    ...(typeof text === 'string' && text.length > 4_000 ? ['text of more than 4,000 characters'] : []),
    ...(typeof text === 'string' ? [...markupProblems(text), ...formatProblems(text)] : []),
    ...(by === 'chat.postMessage' &&
    !(String(content.unfurl_links) === 'false' && String(content.unfurl_media) === 'false')
      ? ['links would unfold']
      : []),
    ...(blocks === undefined ? [] : textProblems(blocks)),
    ...(view === undefined ? [] : textProblems(view)),
  ];
}

function textProblems(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(textProblems);
  if (!isObject(value)) return [];
  const text = typeof value.text === 'string' ? value.text : null;
  const own: string[] = [];
  if (text !== null && value.type === 'mrkdwn') {
    own.push(...markupProblems(text));
    if (value.verbatim !== true) own.push(`markup that is not verbatim: ${text.slice(0, 80)}`);
  }
  if (text !== null && value.type === 'plain_text' && value.emoji !== false)
    own.push(`text in which :words: become emoji: ${text.slice(0, 80)}`);
  if (text !== null && (value.type === 'mrkdwn' || value.type === 'plain_text' || value.type === 'text')) {
    if (!text.isWellFormed()) own.push(`half a character: ${text.slice(0, 80)}`);
    if (/[\u202A-\u202E\u2066-\u2069\u200B-\u200F\uFEFF]/.test(text))
      own.push(`something unseen: ${text.slice(0, 80)}`);
  }
  return [...own, ...Object.values(value).flatMap((inner) => textProblems(inner ?? null))];
}

// Dates and links to our own pages are the only markup; an ampersand stands only in what is escaped.
function markupProblems(text: string): string[] {
  const rest = text.replace(/<!date\^\d+\^[^<>|]*\|[^<>]*>/g, '').replace(/<https?:[^<>|\s]+\|[^<>|]*>/g, '');
  return /[<>]/.test(rest) || /&(?!(amp|lt|gt);)/.test(rest) ? [`markup that is not ours: ${text.slice(0, 120)}`] : [];
}

// The top-level `text` has no literal kind: what formats or links there must be ours, and only `Open:` names an address.
function formatProblems(text: string): string[] {
  const rest = text.replace(/<!date\^\d+\^[^<>|]*\|[^<>]*>/g, '').replace(/\bOpen: https?:\S+/g, '');
  const formats = /[*~`]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|:\/\/|@(here|channel|everyone)/iu;
  return formats.test(rest) ? [`text that formats or links: ${text.slice(0, 120)}`] : [];
}
