import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { Door } from '@/components/admin/door';
import { Link } from '@/components/ui/link';
import { nextPath } from '@/lib/people/next-path';
import { findSecondStep } from '@/lib/people/second-step';
import { services } from '@/lib/services';
import { SecondStepForm } from './second-step-form';
import { keptToken } from './token';

export const metadata: Metadata = { title: 'Second step' };

export default async function SecondStepPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const step = await findSecondStep(services(), await keptToken());
  if (step === null) redirect('/sign-in');
  return (
    <Door title="One more step" subtitle="The password is right. Now show that it is you.">
      <SecondStepForm next={nextPath((await searchParams).next)} ways={step.ways} />
      <p className="text-faint text-sm">
        Lost your device? Use a recovery code, or ask an admin to remove your second factor.{' '}
        <Link href="/sign-in">Sign in as somebody else</Link>
      </p>
    </Door>
  );
}
