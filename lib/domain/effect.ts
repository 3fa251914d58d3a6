import type { FunctionCall } from './approval';
import { isJsonObject, type Json, type JsonObject } from './json';

const maxValueLength = 120;
const gap = /\{([\w.-]+)(?::(\d))?\}/g;

/**
 * The sentence that says what a call will do, from a template of ours with the call's arguments in the gaps:
 * `Refund {amount:2} {currency} for order {order.id}`, where `:2` writes a number with at least two decimals and with
 * thousands apart, and never rounds it. Text of the model stands only in the gaps: shortened, on one line,
 * without characters that change how our own words are read. Without a template, or when a gap has no argument, it says
 * the function's name and leaves the rest to the fields.
 */
export function effectSentence(call: Pick<FunctionCall, 'name' | 'arguments'>, template: string): string {
  const plain = `Call ${shorten(call.name)}`;
  if (template.trim() === '') return plain;
  let complete = true;
  const sentence = template.replace(gap, (_gap, path: string, decimals: string | undefined) => {
    const words = asWords(valueAt(call.arguments, path), decimals);
    if (words === '') complete = false;
    return words;
  });
  return complete ? sentence : plain;
}

/** The fields that a template names, each once, and what stands around its gaps. */
export function effectGaps(template: string): { gaps: readonly string[]; rest: string } {
  const gaps = new Set<string>();
  const rest = template.replace(gap, (_gap, path: string) => {
    gaps.add(path);
    return '';
  });
  return { gaps: [...gaps], rest };
}

/** Whether these arguments have words for a gap. */
export function gapFound(args: JsonObject, path: string): boolean {
  return asWords(valueAt(args, path)) !== '';
}

function valueAt(args: JsonObject, path: string): Json | undefined {
  return path.split('.').reduce<Json | undefined>((value, key) => {
    if (isJsonObject(value)) return Object.hasOwn(value, key) ? (value as JsonObject)[key] : undefined;
    return undefined;
  }, args);
}

function asWords(value: Json | undefined, decimals?: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number' && decimals !== undefined) return exactNumber(value, Number(decimals));
  if (Array.isArray(value)) return shorten(value.map((item: Json) => asWords(item)).join(', '));
  if (typeof value === 'object') return shorten(JSON.stringify(value));
  return shorten(String(value));
}

function exactNumber(value: number, decimals: number): string {
  const written = value.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: 20 });
  return Number(written.replaceAll(',', '')) === value ? written : String(value);
}

// Controls, marks that turn the direction of writing, and letters that show as nothing: they stand there by their code.
// The two joiners stay: Persian and many emoji need them.
const unseen = /(?:(?![\u200c\u200d])[\p{Cc}\p{Cf}\u115f\u1160\u3164\uffa0])+/gu;

function shorten(text: string): string {
  const line = text
    .replace(/[\s\u0085]+/g, ' ')
    .trim()
    .replace(unseen, codeOf);
  const points = [...line];
  return points.length > maxValueLength ? `${points.slice(0, maxValueLength - 1).join('')}…` : line;
}

function codeOf(run: string): string {
  return [...new Set(run)]
    .map((mark) => `[U+${(mark.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`)
    .join('');
}
