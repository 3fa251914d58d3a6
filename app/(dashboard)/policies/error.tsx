'use client';

import { SectionError } from '@/components/admin/section-error';

export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return <SectionError error={error} retry={reset} />;
}
