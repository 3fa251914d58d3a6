'use client';

import { useCallback, useLayoutEffect, useRef } from 'react';

const GUARD_MS = 300; // longer than the time between deciding to press a key and pressing it

/**
 * False for 300 ms after `signature` (the ids on show, the one that is current) changed, so that a key meant for what
 * was there before cannot land on what is there now.
 */
export function useListGuard(signature: string): () => boolean {
  const changedAt = useRef(Number.NEGATIVE_INFINITY);
  const known = useRef(signature);
  useLayoutEffect(() => {
    if (known.current === signature) return;
    known.current = signature;
    changedAt.current = performance.now();
  }, [signature]);
  return useCallback(() => performance.now() - changedAt.current >= GUARD_MS, []);
}
