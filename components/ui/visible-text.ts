/**
 * A stretch of text as it is; or one or more equal characters that a reader would not see or that move others about; or
 * a letter of another alphabet inside a Latin word, which a reader would take for one of its own.
 */
export type TextPart =
  | { kind: 'text'; text: string }
  | { kind: 'hidden'; code: string; name: string; count: number }
  | { kind: 'foreign'; text: string; code: string; name: string };

/**
 * Splits text so that every character which is invisible, reverses its neighbours, controls the terminal or has no
 * shape of its own comes apart from the rest, with its code point, and so does each Cyrillic or Greek letter of a word
 * that has Latin ones too. Line feeds and tabs count as text when `lines` is set, for blocks that keep them. The joiners
 * and selectors inside an emoji stay with it.
 */
export function splitVisible(text: string, { lines = false }: { lines?: boolean } = {}): TextPart[] {
  const parts: TextPart[] = [];
  const characters = Array.from(text);
  const foreign = foreignLetters(text);
  let offset = 0; // in UTF-16 units, as matches count
  characters.forEach((character, index) => {
    const script = foreign.get(offset);
    offset += character.length;
    if (script !== undefined) {
      parts.push({ kind: 'foreign', text: character, code: codePoint(character), name: `${script} letter` });
      return;
    }
    const keep =
      !suspicious.test(character) ||
      (lines && (character === '\n' || character === '\t')) ||
      insideEmoji(character, characters[index - 1], characters[index + 1]);
    const last = parts.at(-1);
    if (keep) {
      if (last?.kind === 'text') last.text += character;
      else parts.push({ kind: 'text', text: character });
      return;
    }
    const code = codePoint(character);
    if (last?.kind === 'hidden' && last.code === code) last.count += 1;
    else parts.push({ kind: 'hidden', code, name: nameOf(character), count: 1 });
  });
  return parts;
}

/** Whether any character of the text would be shown as a code point. */
export function hasHidden(text: string): boolean {
  return splitVisible(text, { lines: true }).some((part) => part.kind === 'hidden');
}

// Controls, formats, surrogates, private and unassigned code points; every space but the plain one; what fonts draw as nothing.
const suspicious =
  /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u00A0\u1680\u2000-\u200A\u202F\u205F\u2800\u3000]/u;
const pictograph = /[\p{Extended_Pictographic}\p{Emoji_Modifier}]/u;

function insideEmoji(character: string, before: string | undefined, after: string | undefined): boolean {
  if (before === undefined) return false;
  const followsEmoji = pictograph.test(before) || before === '\uFE0F';
  if (character === '\u200D') return followsEmoji && after !== undefined && pictograph.test(after);
  if (character !== '\uFE0F') return false;
  return pictograph.test(before) || (/[0-9#*]/.test(before) && after === '\u20E3');
}

// An address or a name as one reads it: dots and at signs belong to it, so that a Cyrillic name before `.com` stands out.
const word = /[\p{L}\p{M}\p{N}._@]+/gu;
const scripts = [
  ['Cyrillic', /\p{Script=Cyrillic}/gu],
  ['Greek', /\p{Script=Greek}/gu],
] as const;

/** Where letters stand, by their offset, that only pass for Latin ones: those of words that mix both. */
function foreignLetters(text: string): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  if (scripts.every(([, letters]) => text.search(letters) < 0)) return found;
  for (const { 0: token, index } of text.matchAll(word)) {
    if (!/\p{Script=Latin}/u.test(token)) continue;
    for (const [script, letters] of scripts)
      for (const letter of token.matchAll(letters)) found.set(index + letter.index, script);
  }
  return found;
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

const names: Record<string, string> = {
  '\t': 'tab',
  '\n': 'line feed',
  '\r': 'carriage return',
  '\u001B': 'escape',
  '\u007F': 'delete',
  '\u00A0': 'no-break space',
  '\u00AD': 'soft hyphen',
  '\u034F': 'combining grapheme joiner',
  '\u061C': 'Arabic letter mark',
  '\u115F': 'Hangul filler',
  '\u1160': 'Hangul filler',
  '\u180E': 'Mongolian vowel separator',
  '\u200B': 'zero-width space',
  '\u200C': 'zero-width non-joiner',
  '\u200D': 'zero-width joiner',
  '\u200E': 'left-to-right mark',
  '\u200F': 'right-to-left mark',
  '\u2028': 'line separator',
  '\u2029': 'paragraph separator',
  '\u202A': 'left-to-right embedding',
  '\u202B': 'right-to-left embedding',
  '\u202C': 'end of embedding',
  '\u202D': 'left-to-right override',
  '\u202E': 'right-to-left override',
  '\u202F': 'narrow no-break space',
  '\u2060': 'word joiner',
  '\u2066': 'left-to-right isolate',
  '\u2067': 'right-to-left isolate',
  '\u2068': 'first strong isolate',
  '\u2069': 'end of isolate',
  '\u2800': 'blank Braille pattern',
  '\u3000': 'ideographic space',
  '\u3164': 'Hangul filler',
  '\uFEFF': 'zero-width no-break space',
  '\uFFA0': 'Hangul filler',
};

function nameOf(character: string): string {
  const known = names[character];
  if (known !== undefined) return known;
  const point = character.codePointAt(0) ?? 0;
  if (point >= 0xe0020 && point <= 0xe007e) return `tag character “${String.fromCharCode(point - 0xe0000)}”`;
  if (/\p{Variation_Selector}/u.test(character)) return 'variation selector';
  if (/\p{Zs}/u.test(character)) return 'unusual space';
  if (/\p{Cc}/u.test(character)) return 'control character';
  if (/\p{Cs}/u.test(character)) return 'half of a character';
  if (/\p{Co}/u.test(character)) return 'private-use character';
  if (/\p{Cn}/u.test(character)) return 'unassigned character';
  return 'invisible character';
}
