'use client';

import { PageProblem } from '@/components/approvals/page-problem';

export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return <PageProblem reference={error.digest} retry={reset} />;
}
