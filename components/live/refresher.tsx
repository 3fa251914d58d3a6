'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef, useTransition } from 'react';
import { listen } from './connection';
import { concernsPage } from './topics';

const soonMs = 60; // several changes of one transaction arrive together
const laterMs = 1500; // only the numbers in the frame depend on it
const betweenMs = 250; // from the end of one reading to the start of the next, however much happens

/**
 * Keeps the page current: reads it again from the server soon after a change that it depends on, and a little later
 * after any other approval, whose count stands in the frame. Nothing on the page is unmounted: focus and scroll stay.
 */
export default function Refresher() {
  const router = useRouter();
  const [reading, startReading] = useTransition();
  const due = useRef<{ at: number; timer: ReturnType<typeof setTimeout> } | null>(null);
  const busy = useRef(false);
  const endedAt = useRef(0);
  const missed = useRef(false);

  useEffect(() => {
    busy.current = reading;
    if (reading) return;
    endedAt.current = performance.now();
    if (missed.current) {
      missed.current = false;
      schedule(soonMs);
    }
  });

  const schedule = (withinMs: number) => {
    const at = Math.max(performance.now() + withinMs, endedAt.current + betweenMs);
    if (due.current !== null && due.current.at <= at) return;
    if (due.current !== null) clearTimeout(due.current.timer);
    const timer = setTimeout(() => {
      due.current = null;
      if (busy.current) missed.current = true;
      else startReading(() => router.refresh());
    }, at - performance.now());
    due.current = { at, timer };
  };
  const latest = useRef(schedule);
  useEffect(() => {
    latest.current = schedule;
  });

  useEffect(() => {
    const unlisten = listen((change) => {
      if (change === 'resync' || concernsPage(change)) latest.current(soonMs);
      else if (change.type === 'approval') latest.current(laterMs);
    });
    return () => {
      unlisten();
      if (due.current !== null) clearTimeout(due.current.timer);
      due.current = null;
    };
  }, []);
  return null;
}
