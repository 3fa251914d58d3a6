import type { FunctionCall } from './approval';
import { effectGaps, gapFound } from './effect';
import { maskedText, namesField } from './masking';

/**
 * What whoever writes a template should mend, in words: braces that are no gap, fields that nobody knows, and masked ones.
 * `known` is empty where neither a schema nor a call says which fields there are; then none is unknown.
 */
export function templateProblems(
  template: string,
  { known, masked }: { known: readonly string[]; masked: readonly string[] },
): readonly string[] {
  const { gaps, rest } = effectGaps(template);
  const problems: string[] = [];
  if (/[{}]/.test(rest)) {
    problems.push(
      'A brace stands alone, or a gap has spaces in it. Write a gap as {field}, or {order.id} for a field inside another.',
    );
  }
  for (const path of gaps) {
    if (isMasked(masked, path)) {
      problems.push(`${path} is masked, so people read ${maskedText} in its place. Take it out of the sentence.`);
    } else if (known.length > 0 && !known.includes(path)) {
      const near = nearest(path, known);
      problems.push(
        `No field is called ${path}${near === null ? '' : `; there is ${near}`}. A call without it shows the function’s name.`,
      );
    }
  }
  return problems;
}

/** The gaps of a template that this call leaves empty: then people read the function’s name instead of the sentence. */
export function emptyGaps(call: Pick<FunctionCall, 'arguments'>, template: string): readonly string[] {
  return effectGaps(template).gaps.filter((path) => !gapFound(call.arguments, path));
}

// The field, or one that holds it.
function isMasked(names: readonly string[], path: string): boolean {
  const steps = path.split('.');
  return steps.some((_, index) => namesField(names, steps.slice(0, index + 1)));
}

function nearest(path: string, known: readonly string[]): string | null {
  const best = known
    .map((name) => ({ name, far: distance(path.toLowerCase(), name.toLowerCase()) }))
    .toSorted((one, other) => one.far - other.far)[0];
  const bySuffix = known.find((name) => name.endsWith(`.${path}`));
  if (bySuffix !== undefined) return bySuffix;
  return best !== undefined && best.far <= Math.max(2, Math.floor(path.length / 3)) ? best.name : null;
}

// Edit distance: both are short.
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let line = 1; line <= one.length; line++) {
    const next = [line];
    for (let at = 1; at <= other.length; at++) {
      const same = one[line - 1] === other[at - 1] ? 0 : 1;
      next.push(Math.min((row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1, (row[at - 1] ?? 0) + same));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
