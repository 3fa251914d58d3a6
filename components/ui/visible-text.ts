/** A stretch of text as it is, or one or more equal characters that a reader would not see or that move others about. */
export type TextPart = { kind: 'text'; text: string } | { kind: 'hidden'; code: string; name: string; count: number };

/**
 * Splits text so that every character which is invisible, reverses its neighbours, controls the terminal or has no
 * shape of its own comes apart from the rest, with its code point. Line feeds and tabs count as text when `lines` is
 * set, for blocks that keep them. The joiners and selectors inside an emoji stay with it.
 */
export function splitVisible(text: string, { lines = false }: { lines?: boolean } = {}): TextPart[] {
  const parts: TextPart[] = [];
  const characters = Array.from(text);
  characters.forEach((character, index) => {
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
