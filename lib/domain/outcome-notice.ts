import { type Approval, isUndoable } from './approval';

// Whoever could not be reached for this long learns it from the browser.
const lateMs = 24 * 3600_000;

/**
 * When whoever asked for the run is to be told how a call came out: once nobody can take it back. Null: never. What a rule let
 * pass bothers nobody, what nobody needed any more is no outcome, and old news is none.
 */
export function noticeDue({ state }: Pick<Approval, 'state'>, now: Date): Date | null {
  if (state.status === 'pending' || state.status === 'superseded') return null;
  if (state.status === 'approved' && state.by.kind === 'rule') return null;
  const due = 'undoUntil' in state && isUndoable({ state }, now) ? (state.undoUntil ?? state.at) : state.at;
  return now.getTime() - due.getTime() >= lateMs ? null : due;
}
