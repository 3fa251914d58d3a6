'use client';

import { useEffect } from 'react';
import { addTopic } from './topics';

/** Names what the page shows, so that it is read again when that changes: kinds of things, or everything of one run. */
export function LiveTopic({ types, runId }: { types: readonly string[]; runId?: string }) {
  const wanted = types.join(' ');
  useEffect(
    () =>
      addTopic((change) => {
        if (!wanted.split(' ').includes(change.type)) return false;
        return runId === undefined || change.runId === runId || change.id === runId;
      }),
    [wanted, runId],
  );
  return null;
}
