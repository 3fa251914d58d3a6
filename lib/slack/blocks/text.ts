import type { MrkdwnElement, PlainTextElement } from '@slack/types';

/** Text of ours as Slack markup. Whatever is not ours goes through `escaped`, or better into a literal kind. */
export function markup(text: string): MrkdwnElement {
  return { type: 'mrkdwn', text, verbatim: true };
}

/** Text that stands as it is, cut to what the place holds; never empty, since Slack refuses that. */
export function literal(text: string, max: number): PlainTextElement {
  return { type: 'plain_text', text: cut(visible(text), max) || ' ', emoji: false };
}

/** The three characters that begin something in Slack's markup; only those, only once. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Text for markup in at most `max` UTF-16 units as Slack counts them: after escaping, never ending in half an entity. */
export function escapedWithin(text: string, max: number): string {
  if (escaped(text).length <= max) return escaped(text);
  let room = max - 1;
  let end = 0;
  for (const unit of text.slice(0, max).split('')) {
    room -= escaped(unit).length;
    if (room < 0) break;
    end += 1;
  }
  return `${escaped(head(text, end))}…`;
}

/**
 * Text of others for the `text` of a message, which Slack reads as markup and which has no literal kind: on one line, escaped,
 * and without what would format, link or call people there. Each such sign is replaced by one that looks like it.
 */
export function unformatted(text: string, max: number): string {
  const tame = oneLine(visible(text))
    .replaceAll('*', '∗')
    .replaceAll('~', '∼')
    .replaceAll('`', 'ˋ')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '＿')
    .replaceAll('://', ':∕∕')
    .replace(/@(?=here|channel|everyone)/gi, '＠');
  return escapedWithin(tame, max);
}

/** An instant in the reader's own time zone. */
export function slackDate(at: Date): string {
  const fallback = `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `<!date^${Math.floor(at.getTime() / 1000)}^{date_short_pretty} at {time}|${fallback}>`;
}

/** A time of today to the second, in the reader's own time zone. */
export function slackTime(at: Date): string {
  return `<!date^${Math.floor(at.getTime() / 1000)}^{time_secs}|${at.toISOString().slice(11, 19)} UTC>`;
}

/** The same for places that hold no markup. */
export function plainDate(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

// Controls, formats, surrogates without a partner, private and unassigned characters; every space but the plain one; what
// fonts draw as nothing.
const unseen = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u00A0\u1680\u2000-\u200A\u202F\u205F\u2800\u3000]/gu;
const pictograph = /\p{Extended_Pictographic}$/u;

/**
 * The text with every character that a reader would not see, or that turns its neighbours round, as `\uXXXX`. Line feeds
 * stay. The selector that makes an emoji of a sign stays with it.
 */
export function visible(text: string): string {
  return text.replace(unseen, (character, at: number) => {
    if (character === '\n') return character;
    if (character === '\uFE0F' && pictograph.test(text.slice(Math.max(0, at - 2), at))) return character;
    return character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join('');
  });
}

/** On one line: line feeds and tabs become spaces. */
export function oneLine(text: string): string {
  return text.replace(/[\r\n\t ]+/g, ' ').trim();
}

/** The text in at most `max` UTF-16 units, an ellipsis included; never half a character, never a letter without its marks. */
export function cut(text: string, max: number): string {
  return text.length <= max ? text : `${head(text, max - 1)}…`;
}

/** The first `max` UTF-16 units at most, ending between two characters as people see them. */
export function head(text: string, max: number): string {
  if (text.length <= max) return text;
  // A character with all its marks may be long; what begins before the end and does not fit is left out whole.
  const window = text.slice(Math.max(0, max - 64), max + 64);
  const from = Math.max(0, max - 64);
  let end = from;
  for (const { index, segment } of segments.segment(window)) {
    const start = from + index;
    if (start + segment.length > max) break;
    end = start + segment.length;
  }
  const safe = end > from ? end : max;
  return text.slice(0, isLow(text.charCodeAt(safe)) && isHigh(text.charCodeAt(safe - 1)) ? safe - 1 : safe);
}

const segments = new Intl.Segmenter('en', { granularity: 'grapheme' });
const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
