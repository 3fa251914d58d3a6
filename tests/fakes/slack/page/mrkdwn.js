/**
 * One piece of formatted text.
 * @typedef {{ type: 'text', text: string } | { type: 'code' | 'pre' | 'quote' | 'bold' | 'italic' | 'strike', children: Piece[] }
 *   | { type: 'link', url: string, label: string } | { type: 'date', seconds: number, format: string, fallback: string }
 *   | { type: 'mention', kind: 'user' | 'channel' | 'group' | 'everyone', id: string, label: string | null }} Piece
 */

/**
 * Reads Slack's markup the way Slack shows it, so that text which was not escaped stands out as the mention or link that it
 * would become. Unless `verbatim`, bare addresses and `@here`, `@channel`, `@everyone` are turned into such too.
 * @param {string} text
 * @param {boolean} verbatim
 * @returns {Piece[]}
 */
export function parseMrkdwn(text, verbatim) {
  const pieces = [];
  for (const [index, part] of text.split('```').entries()) {
    const closed = index % 2 === 1 && text.split('```').length > index + 1;
    if (index % 2 === 1 && closed) pieces.push({ type: 'pre', children: parseTokens(part.replace(/^\n|\n$/g, '')) });
    else pieces.push(...parseLines(index % 2 === 1 ? `\`\`\`${part}` : part, verbatim));
  }
  return pieces;
}

/** @returns {Piece[]} */
function parseLines(text, verbatim) {
  const pieces = [];
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    const quoted = /^(?:>|&gt;) ?(.*)$/.exec(line);
    if (quoted !== null) pieces.push({ type: 'quote', children: parseInline(quoted[1] ?? '', verbatim) });
    else {
      pieces.push(...parseInline(line, verbatim));
      if (index < lines.length - 1) pieces.push({ type: 'text', text: '\n' });
    }
  }
  return pieces;
}

const inline = new RegExp(
  [
    '<([^<>\\n]+)>',
    '`([^`\\n]+)`',
    '(?<![\\w*])\\*(?!\\s)([^*\\n]+?)(?<!\\s)\\*(?![\\w*])',
    '(?<!\\w)_(?!\\s)([^_\\n]+?)(?<!\\s)_(?!\\w)',
    '(?<!\\w)~(?!\\s)([^~\\n]+?)(?<!\\s)~(?!\\w)',
  ].join('|'),
  'g',
);

/** @returns {Piece[]} */
function parseInline(text, verbatim) {
  const pieces = [];
  let end = 0;
  for (const match of text.matchAll(inline)) {
    pieces.push(...parsePlain(text.slice(end, match.index), verbatim));
    end = match.index + match[0].length;
    const [, token, code, bold, italic, strike] = match;
    if (token !== undefined) pieces.push(parseToken(token));
    else if (code !== undefined) pieces.push({ type: 'code', children: parseTokens(code) });
    else if (bold !== undefined) pieces.push({ type: 'bold', children: parseInline(bold, verbatim) });
    else if (italic !== undefined) pieces.push({ type: 'italic', children: parseInline(italic, verbatim) });
    else if (strike !== undefined) pieces.push({ type: 'strike', children: parseInline(strike, verbatim) });
  }
  pieces.push(...parsePlain(text.slice(end), verbatim));
  return pieces;
}

/** Inside code only the tokens in angle brackets count. @returns {Piece[]} */
function parseTokens(text) {
  return text
    .split(/(<[^<>\n]+>)/)
    .filter((part) => part !== '')
    .map((part) => (/^<[^<>\n]+>$/.test(part) ? parseToken(part.slice(1, -1)) : plain(part)));
}

/** @returns {Piece} */
function parseToken(token) {
  const bar = token.indexOf('|');
  const target = bar < 0 ? token : token.slice(0, bar);
  const label = bar < 0 ? null : decode(token.slice(bar + 1));
  if (target.startsWith('@')) return { type: 'mention', kind: 'user', id: target.slice(1), label };
  if (target.startsWith('#')) return { type: 'mention', kind: 'channel', id: target.slice(1), label };
  if (target.startsWith('!subteam^')) return { type: 'mention', kind: 'group', id: target.slice(9), label };
  const date = /^!date\^(\d+)\^([^^]+)/.exec(target);
  if (date !== null)
    return { type: 'date', seconds: Number(date[1]), format: date[2] ?? '', fallback: label ?? target };
  if (/^!(here|channel|everyone)$/.test(target))
    return { type: 'mention', kind: 'everyone', id: target.slice(1), label };
  if (/^(https?|mailto):/.test(target)) return { type: 'link', url: decode(target), label: label ?? decode(target) };
  return { type: 'text', text: decode(`<${token}>`) };
}

/** @returns {Piece[]} */
function parsePlain(text, verbatim) {
  if (verbatim) return text === '' ? [] : [plain(text)];
  return text
    .split(/(https?:\/\/[^\s<>]+|@(?:here|channel|everyone)\b)/)
    .filter((part) => part !== '')
    .map((part) => {
      if (part.startsWith('@') && /^@(here|channel|everyone)$/.test(part))
        return { type: 'mention', kind: 'everyone', id: part.slice(1), label: null };
      return /^https?:\/\//.test(part) ? { type: 'link', url: decode(part), label: decode(part) } : plain(part);
    });
}

/** @returns {Piece} */
function plain(text) {
  return { type: 'text', text: decode(text) };
}

/** The three entities that Slack knows, each once. */
function decode(text) {
  return text.replace(/&(amp|lt|gt);/g, (_entity, name) => ({ amp: '&', lt: '<', gt: '>' })[name]);
}
