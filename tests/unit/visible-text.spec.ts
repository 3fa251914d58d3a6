import { describe, expect, test } from 'vitest';
import { hasHidden, splitVisible, type TextPart } from '@/components/ui/visible-text';

const shown = (parts: readonly TextPart[]): string =>
  parts.map((part) => (part.kind === 'text' ? part.text : `[${part.code} ${part.name}]`)).join('');

describe('what a reader would not see stands there by its code point', () => {
  test.each([
    ['Pay\u202Efile', 'Pay[U+202E right-to-left override]file'],
    ['a\u200Bb', 'a[U+200B zero-width space]b'],
    ['tag\u{E0041}', 'tag[U+E0041 tag character “A”]'],
    ['\u0000', '[U+0000 control character]'],
  ])('%j', (text, expected) => {
    expect(shown(splitVisible(text))).toBe(expected);
    expect(hasHidden(text)).toBe(true);
  });

  test('equal ones count as one', () => {
    expect(splitVisible('\u200B\u200B\u200B')).toMatchObject([{ kind: 'hidden', count: 3 }]);
  });
});

describe('a letter that only passes for a Latin one is marked where it does', () => {
  test.each([
    ['p\u0430ypal.com', 'p[U+0430 Cyrillic letter]ypal.com'],
    ['Acme \u0391g', 'Acme [U+0391 Greek letter]g'],
    ['\u0430\u0440@example.com', '[U+0430 Cyrillic letter][U+0440 Cyrillic letter]@example.com'],
    ['🙂 p\u0430y', '🙂 p[U+0430 Cyrillic letter]y'],
  ])('%j', (text, expected) => expect(shown(splitVisible(text))).toBe(expected));

  test.each(['Привет, mail.ru', 'IT-отдел', 'Αθήνα and Rome', 'naïve café', '日本 Tokyo', 'семья 👨‍👩‍👧'])(
    'words of one alphabet stay as they are: %s',
    (text) => expect(splitVisible(text)).toEqual([{ kind: 'text', text }]),
  );
});
