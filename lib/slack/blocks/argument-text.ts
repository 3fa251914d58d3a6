import type { RichTextBlock } from '@slack/types';
import { isJsonObject, type Json, type JsonObject } from '@/lib/domain/json';
import { head, visible } from './text';

/** Arguments as a person reads them: canonical order, two spaces, nothing invisible left. */
export function argumentText(args: JsonObject): string {
  return visible(JSON.stringify(inOrder(args), null, 2));
}

/** So much of the arguments stands in a message; a preformatted part holds 3,000. */
export const messageShows = 2_400;
const partLength = 2_900;
/** A modal holds a hundred blocks; this many leave room for the rest. */
export const mostParts = 60;

/** Whether a message shows these arguments whole. */
export function fitsMessage(args: JsonObject): boolean {
  return argumentText(args).length <= messageShows;
}

/** Whether the modal that shows everything has room for these arguments. */
export function fitsModal(args: JsonObject): boolean {
  return argumentText(args).length <= partLength * mostParts;
}

/** The arguments block of a message: whole, or its beginning with a line that says how much there is. */
export function argumentsBlock(args: JsonObject, masked: number, title = 'Arguments'): RichTextBlock {
  const text = argumentText(args);
  const whole = text.length <= messageShows;
  const shown = whole ? text : head(text, messageShows);
  const said = whole
    ? ` — ${completeness(args, masked)}`
    : ` — cut: shows ${number(shown.length)} of ${number(text.length)} characters${maskedNote(masked)}`;
  return block('args', title, said, shown);
}

/** What people changed of the arguments before they approved them, a member at a time, in canonical order. */
export function changesBlock(before: JsonObject, after: JsonObject): RichTextBlock {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const pairs = names
    .map((name) => ({ name, was: memberText(before, name), is: memberText(after, name) }))
    .filter(({ was, is }) => was !== is);
  const text = pairs
    .map(({ name, was, is }) =>
      [visible(name), ...(was === null ? [] : [`- ${was}`]), ...(is === null ? [] : [`+ ${is}`])].join('\n'),
    )
    .join('\n');
  const shown = head(text, messageShows);
  const cutNote =
    shown.length === text.length
      ? ''
      : `; cut: shows ${number(shown.length)} of ${number(text.length)} characters, the rest is in the browser`;
  const count = pairs.length === 1 ? '1 field' : `${pairs.length} fields`;
  return block('agreed', 'Approved with changes', ` — ${count} changed${cutNote}`, shown);
}

function memberText(args: JsonObject, name: string): string | null {
  if (!Object.hasOwn(args, name)) return null;
  return visible(JSON.stringify(inOrder(args[name] ?? null), null, 2));
}

/** The arguments in parts that a modal can hold, as many as fit. */
export function argumentParts(args: JsonObject, masked: number): { blocks: RichTextBlock[]; whole: boolean } {
  const text = argumentText(args);
  const parts: string[] = [];
  let rest = text;
  while (rest.length > 0 && parts.length < mostParts) {
    // A part ends with a line where there is one.
    const most = head(rest, partLength);
    const line = rest.length > partLength ? most.lastIndexOf('\n') : -1;
    const part = line > partLength / 2 ? most.slice(0, line + 1) : most;
    parts.push(part);
    rest = rest.slice(part.length);
  }
  const whole = rest.length === 0;
  const total = parts.length;
  const said = whole
    ? completeness(args, masked)
    : `the first ${number(text.length - rest.length)} of ${number(text.length)} characters${maskedNote(masked)}`;
  return {
    whole,
    blocks: parts.map((part, index) =>
      block(`args:${index}`, 'Arguments', ` — ${said}${total > 1 ? `, part ${index + 1} of ${total}` : ''}`, part),
    ),
  };
}

/** A heading with preformatted, literal text under it. */
export function block(id: string, title: string, said: string, text: string): RichTextBlock {
  return {
    type: 'rich_text',
    block_id: id,
    elements: [
      {
        type: 'rich_text_section',
        elements: [
          { type: 'text', text: title, style: { bold: true } },
          ...(said === '' ? [] : [{ type: 'text' as const, text: said }]),
        ],
      },
      { type: 'rich_text_preformatted', elements: [{ type: 'text', text: text === '' ? ' ' : text }] },
    ],
  };
}

function completeness(args: JsonObject, masked: number): string {
  return masked === 0 ? `complete, ${fieldCount(args)}` : `${fieldCount(args)}${maskedNote(masked)}`;
}

function fieldCount(args: JsonObject): string {
  const count = Object.keys(args).length;
  return count === 1 ? '1 field' : `${count} fields`;
}

function maskedNote(masked: number): string {
  return masked === 0 ? '' : `, ${masked === 1 ? '1 value' : `${masked} values`} masked`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

// RFC 8785 orders members by the UTF-16 units of their names. Without a prototype, since one of them may be `__proto__`.
function inOrder(value: Json): unknown {
  if (Array.isArray(value)) return value.map((item: Json) => inOrder(item));
  if (!isJsonObject(value)) return value;
  const members: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const key of Object.keys(value).sort()) members[key] = inOrder((value as JsonObject)[key] ?? null);
  return members;
}
