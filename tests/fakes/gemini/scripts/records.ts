import { isObject, type JsonObject } from '../wire';
import { type AnsweredCall, describeOutcome } from './outcomes';
import { firstMatch } from './prompt-facts';
import { declares, type PlannedCall, type Script, type Turn } from './script';

/** Looks up how many rows are concerned, when it may, and then asks to delete them. */
export const records: Script = {
  name: 'records',
  begins: (context) =>
    declares(context, 'delete_records') && /delete|purge|clean|remove|erase|retention/i.test(context.prompt),
  play(context): Turn {
    const { prompt, answered } = context;
    const [last] = answered;
    const { table, filter } = readSelection(prompt);
    if (last === undefined && declares(context, 'count_records'))
      return {
        thought: 'Before anything is deleted I want to know how many rows are concerned.',
        calls: [{ name: 'count_records', arguments: { table, filter } }],
      };
    if (last === undefined || (last.call.name === 'count_records' && last.outcome.kind === 'approved'))
      return {
        thought: 'The selection matches the retention rule. Deleting cannot be undone, so a person decides.',
        calls: [deleteCall(table, filter, last)],
      };
    return {
      thought: 'I report what was deleted, or why nothing was.',
      text: describeOutcome(last, (changed) => effect(last, changed), 'is done'),
    };
  },
};

function readSelection(prompt: string): { table: string; filter: string } {
  return {
    table: firstMatch(prompt, /\b(?:table|from)\s+`?([a-z_][\w.]*)`?/i) ?? 'web_sessions',
    filter: firstMatch(prompt, /\bwhere\s+([^\n;]+?)(?:[.;]?\s*$|\n)/i) ?? "last_seen_at < '2025-11-22'",
  };
}

function deleteCall(table: string, filter: string, counted: AnsweredCall | undefined): PlannedCall {
  const rows = counted === undefined ? null : countedRows(counted);
  return { name: 'delete_records', arguments: { table, filter, estimated_rows: rows ?? 18_422 } };
}

function countedRows({ outcome }: AnsweredCall): number | null {
  if (typeof outcome.output === 'number') return outcome.output;
  if (!isObject(outcome.output)) return null;
  const { rows, count } = outcome.output;
  const found = rows ?? count;
  return typeof found === 'number' ? found : null;
}

function effect({ call }: AnsweredCall, changed: JsonObject | null): string {
  const args = changed ?? call.arguments;
  if (call.name === 'count_records') return `the count of rows in ${String(args.table)}`;
  return `the deletion of about ${String(args.estimated_rows)} rows from ${String(args.table)} where ${String(args.filter)}`;
}
