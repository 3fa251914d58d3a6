'use client';

import { RefreshCw } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useEffect, useTransition } from 'react';
import { Button } from '@/components/ui/button';

const everyMs = 15_000;

/** Reads the page again, by hand and every 15 seconds while somebody looks at it. */
export function HealthRefresh() {
  const router = useRouter();
  const [busy, start] = useTransition();
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) router.refresh();
    }, everyMs);
    return () => clearInterval(timer);
  }, [router]);
  return (
    <Button icon={<RefreshCw aria-hidden="true" />} loading={busy} onClick={() => start(() => router.refresh())}>
      Read again
    </Button>
  );
}
