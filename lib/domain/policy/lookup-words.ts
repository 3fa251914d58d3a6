import type { Lookup } from './document';
import { durationWords } from './words';

/** What a lookup says, in a plain sentence. */
export function lookupWords({ tool, minutes, of, within, sum }: Lookup): string {
  const calls = tool === 'same' ? 'earlier calls of the same function' : `earlier calls of ${tool}`;
  const which = of === 'allowed' ? ' that were approved, or still wait,' : '';
  const last = `in the last ${durationWords(minutes)}${whose[within]}`;
  return sum === undefined
    ? `How many ${calls}${which} there were ${last}.`
    : `The sum of ${sum} in ${calls}${which} ${last}.`;
}

const whose: Record<Lookup['within'], string> = {
  everything: '',
  agent: ', by the same agent',
  run: ', in the same run',
  requester: ', for the same requester',
};
