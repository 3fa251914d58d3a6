/** Where in a text: lines and columns count from 1, as editors do; `offset` from 0. */
export type TextPlace = Readonly<{ line: number; column: number; offset: number }>;

export type JsonText =
  | { ok: true; value: unknown; placeOf(path: readonly (string | number)[]): TextPlace }
  | { ok: false; message: string; place: TextPlace };

/**
 * Reads JSON as `JSON.parse` does, but tells where it goes wrong, in every browser alike, and where each value stands, so
 * that what a schema says about a value can be shown at its line.
 */
export function readJsonText(text: string): JsonText {
  const places = new Map<string, number>();
  let at = 0;

  const fail = (message: string, offset = at): never => {
    throw new Misread(message, offset);
  };
  const shown = () => {
    const [character] = text.slice(at, at + 2);
    return character === undefined ? 'the end of the text' : `“${character}”`;
  };
  const space = () => {
    while (' \t\n\r'.includes(text.charAt(at)) && at < text.length) at += 1;
  };
  const token = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? null;
    if (found !== null) at += found.length;
    return found;
  };
  const quoted = (): string => {
    const begin = at;
    try {
      return JSON.parse(token(stringPattern) ?? '') as string;
    } catch {
      return fail('This text does not end, or has a line break or a wrong “\\” in it.', begin);
    }
  };
  const key = (): string =>
    text.charAt(at) === '"' ? quoted() : fail(`Expected a name in double quotes, found ${shown()}.`);
  const members = (close: string, member: () => void) => {
    at += 1;
    space();
    if (text.charAt(at) === close) {
      at += 1;
      return;
    }
    for (;;) {
      member();
      space();
      const sign = text.charAt(at);
      if (sign === close) {
        at += 1;
        return;
      }
      if (sign !== ',') fail(`Expected “,” or “${close}”, found ${shown()}.`);
      const comma = at;
      at += 1;
      space();
      if (text.charAt(at) === close) fail(`Leave out the “,” before “${close}”.`, comma);
    }
  };
  const value = (path: string, depth: number): void => {
    space();
    places.set(path, at);
    if (depth > deepest) fail('This is nested too deeply.');
    const sign = text.charAt(at);
    if (sign === '{') {
      members('}', () => {
        const name = key();
        space();
        if (text.charAt(at) !== ':') fail(`Expected “:”, found ${shown()}.`);
        at += 1;
        value(step(path, name), depth + 1);
      });
      return;
    }
    if (sign === '[') {
      let index = 0;
      members(']', () => {
        value(step(path, index), depth + 1);
        index += 1;
      });
      return;
    }
    if (sign === '"') {
      quoted();
      return;
    }
    if (token(numberPattern) === null && token(wordPattern) === null) fail(`Expected a value, found ${shown()}.`);
  };

  try {
    value('', 0);
    space();
    if (at < text.length) fail(`Nothing may follow here, found ${shown()}.`);
  } catch (error) {
    if (!(error instanceof Misread)) throw error;
    return { ok: false, message: error.message, place: placeAt(text, error.offset) };
  }
  return {
    ok: true,
    value: JSON.parse(text),
    placeOf(path) {
      // The value itself may be what is missing: then its nearest holder is the place.
      for (let length = path.length; length >= 0; length -= 1) {
        const offset = places.get(path.slice(0, length).reduce<string>(step, ''));
        if (offset !== undefined) return placeAt(text, offset);
      }
      return placeAt(text, 0);
    },
  };
}

const deepest = 100;
const stringPattern = /"(?:[^"\\]|\\.)*"/sy;
const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const wordPattern = /true|false|null/y;

class Misread extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

function step(path: string, next: string | number): string {
  return `${path}/${String(next).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function placeAt(text: string, offset: number): TextPlace {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n'), offset };
}
