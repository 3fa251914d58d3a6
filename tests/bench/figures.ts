import type { Part } from './options';

export type Unit = 'ms' | 's' | '/s' | '×' | '%' | 'kB' | 'MB';
export type Goal = Readonly<{ atMost: number } | { below: number } | { atLeast: number }>;

/** One number of the report. Without a goal it stands there for comparison. */
export type Figure = Readonly<{ part: Part; what: string; value: number; unit: Unit; goal?: Goal; note?: string }>;

/** Whether the goal is met; null for a figure without one. */
export function met({ value, goal }: Figure): boolean | null {
  if (goal === undefined) return null;
  if ('atMost' in goal) return value <= goal.atMost;
  return 'below' in goal ? value < goal.below : value >= goal.atLeast;
}

/** The figures as a table for a terminal. */
export function asTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.part,
    figure.what,
    shown(figure.value, figure.unit),
    goalText(figure),
    { true: 'met', false: 'NOT MET', null: '' }[String(met(figure)) as 'true' | 'false' | 'null'],
    figure.note ?? '',
  ]);
  const all = [['part', 'what', 'measured', 'goal', '', 'note'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 2 || column === 3 ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return all.map(line).join('\n');
}

/** The figures as they go into the results file. */
export function asJson(figures: readonly Figure[]): unknown {
  return figures.map((figure) => ({ ...figure, met: met(figure) }));
}

function goalText({ goal, unit }: Figure): string {
  if (goal === undefined) return '';
  if ('atMost' in goal) return `≤ ${shown(goal.atMost, unit)}`;
  return 'below' in goal ? `< ${shown(goal.below, unit)}` : `≥ ${shown(goal.atLeast, unit)}`;
}

function shown(value: number, unit: Unit): string {
  const digits = unit === '×' ? 2 : Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  const text = value.toFixed(digits).replace(/\.0+$/, '');
  return `${text} ${unit}`;
}
