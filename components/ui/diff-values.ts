/** What became of one field. `path` reads as in code: `items[2].price`, `["a b"].c`; it is empty for a value without fields. */
export type Change = { path: string } & (
  | { kind: 'same'; value: unknown }
  | { kind: 'added'; after: unknown }
  | { kind: 'removed'; before: unknown }
  | { kind: 'changed'; before: unknown; after: unknown }
);

/**
 * Compares two JSON values field by field, in the order of `before`, then what `after` adds. A number and the text that
 * looks like it are different.
 */
export function diffValues(before: unknown, after: unknown, path = ''): Change[] {
  if (before === after) return [{ path, kind: 'same', value: before }];
  if (!isBranch(before) || !isBranch(after) || Array.isArray(before) !== Array.isArray(after)) {
    return [{ path, kind: 'changed', before, after }];
  }
  const list = Array.isArray(before);
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  if (keys.size === 0) return [{ path, kind: 'same', value: before }];
  return [...keys].flatMap((key): Change[] => {
    const at = step(path, key, list);
    if (!Object.hasOwn(after, key)) return [{ path: at, kind: 'removed', before: before[key] }];
    if (!Object.hasOwn(before, key)) return [{ path: at, kind: 'added', after: after[key] }];
    return diffValues(before[key], after[key], at);
  });
}

function step(path: string, key: string, list: boolean): string {
  if (list) return `${path}[${key}]`;
  if (!/^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

function isBranch(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
