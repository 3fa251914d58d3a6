import { isObject, type JsonObject } from '../gemini/wire';

/** What Slack would refuse, and where: a JSON pointer from the argument on, such as `/blocks/2/text/text`. */
export type Problem = { path: string; message: string };

/** Adds everything that is wrong with `value` to `problems`. */
export type Check = (value: unknown, path: string, problems: Problem[]) => void;

/** Lengths are counted in UTF-16 units, as Slack's own editor does. */
export function string(max: number, min = 1): Check {
  return (value, path, problems) => {
    if (typeof value !== 'string') problems.push({ path, message: 'must be a string' });
    else if (value.length > max) problems.push({ path, message: `must be less than ${max + 1} characters` });
    else if (value.length < min) problems.push({ path, message: `must be more than ${min - 1} characters` });
  };
}

export function pattern(form: RegExp, what: string): Check {
  return (value, path, problems) => {
    if (typeof value !== 'string' || !form.test(value)) problems.push({ path, message: `must be ${what}` });
  };
}

export const bool: Check = (value, path, problems) => {
  if (typeof value !== 'boolean') problems.push({ path, message: 'must be a boolean' });
};

export function integer(min: number, max: number): Check {
  return (value, path, problems) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
      problems.push({ path, message: `must be a whole number from ${min} to ${max}` });
  };
}

export function word(...words: string[]): Check {
  return (value, path, problems) => {
    if (typeof value !== 'string' || !words.includes(value))
      problems.push({ path, message: `must be a valid enum value: ${words.join(', ')}` });
  };
}

export function list(item: Check, min: number, max: number): Check {
  return (value, path, problems) => {
    if (!Array.isArray(value)) return void problems.push({ path, message: 'must be an array' });
    if (value.length > max) problems.push({ path, message: `no more than ${max} items allowed` });
    if (value.length < min) problems.push({ path, message: `no fewer than ${min} items allowed` });
    for (const [index, one] of value.entries()) item(one, `${path}/${index}`, problems);
  };
}

/** Every other member than those named is refused, as Slack does; `type` is always allowed. */
export function object(required: Record<string, Check>, optional: Record<string, Check> = {}): Check {
  return (value, path, problems) => {
    if (!isObject(value)) return void problems.push({ path, message: 'must be an object' });
    for (const name of Object.keys(required))
      if (value[name] === undefined) problems.push({ path, message: `missing required field: ${name}` });
    for (const [name, member] of Object.entries(value)) {
      if (member === undefined || name === 'type') continue;
      const check = Object.hasOwn(required, name)
        ? required[name]
        : Object.hasOwn(optional, name)
          ? optional[name]
          : undefined;
      if (check === undefined) problems.push({ path, message: `invalid additional property: ${name}` });
      else check(member, `${path}/${name}`, problems);
    }
  };
}

/** Chooses the check by the member `type`. */
export function byType(kinds: Record<string, Check>): Check {
  return (value, path, problems) => {
    if (!isObject(value)) return void problems.push({ path, message: 'must be an object' });
    const { type } = value;
    const check = typeof type === 'string' && Object.hasOwn(kinds, type) ? kinds[type] : undefined;
    if (type === undefined) problems.push({ path, message: 'missing required field: type' });
    else if (check === undefined) problems.push({ path: `${path}/type`, message: `unsupported type: ${String(type)}` });
    else check(value, path, problems);
  };
}

/** Adds a rule that looks at several members of an object at once. */
export function withRule(
  check: Check,
  rule: (value: JsonObject, report: (message: string, member?: string) => void) => void,
): Check {
  return (value, path, problems) => {
    check(value, path, problems);
    if (!isObject(value)) return;
    rule(value, (message, member) =>
      problems.push({ path: member === undefined ? path : `${path}/${member}`, message }),
    );
  };
}

export const url: Check = (value, path, problems) => {
  string(3_000)(value, path, problems);
  if (typeof value !== 'string' || value === '') return;
  const parsed = URL.canParse(value) ? new URL(value) : null;
  if (parsed === null || !['http:', 'https:', 'slack:'].includes(parsed.protocol))
    problems.push({ path, message: 'must be a valid URL' });
};

export const identifier: Check = string(255);

export const plainText = (max: number): Check => byType({ plain_text: object({ text: string(max) }, { emoji: bool }) });

export const anyText = (max: number): Check =>
  byType({
    plain_text: object({ text: string(max) }, { emoji: bool }),
    mrkdwn: object({ text: string(max) }, { verbatim: bool }),
  });

export const confirmDialog: Check = object(
  { title: plainText(100), text: anyText(300), confirm: plainText(30), deny: plainText(30) },
  { style: word('primary', 'danger') },
);

/** An option of a menu; radio buttons and checkboxes may carry markup in it. */
export const option = (text: (max: number) => Check, extra: Record<string, Check> = {}): Check =>
  object({ text: text(75), value: string(75) }, { description: text(75), ...extra });
