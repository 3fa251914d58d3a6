'use client';

import { useSyncExternalStore } from 'react';
import { LiveIndicator } from '@/components/ui/live-indicator';
import { liveState, watchLiveState } from './connection';

/** Whether this page hears of changes at the moment. */
export default function Indicator() {
  return <LiveIndicator state={useSyncExternalStore(watchLiveState, liveState, () => 'reconnecting' as const)} />;
}
