'use client';

import { useRouter } from 'next/navigation';
import { SecondFactor, type ShownFactors } from '@/components/admin/account/second-factor';

export function FirstFactor({ factors }: { factors: ShownFactors }) {
  const router = useRouter();
  return <SecondFactor factors={factors} onDone={() => router.replace('/inbox')} />;
}
