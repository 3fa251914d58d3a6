import type { ReactNode } from 'react';
import { Wordmark } from '@/components/ui/mark';

/** A page before the shell: one column in the middle, with the product's name above it. */
export function Door({ title, subtitle, children }: { title: string; subtitle?: ReactNode; children: ReactNode }) {
  return (
    <main className="mx-auto grid min-h-dvh w-full max-w-sm content-center gap-6 px-4 py-12">
      <Wordmark />
      <div className="grid gap-1">
        <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
        {subtitle !== undefined && <div className="text-pretty text-muted">{subtitle}</div>}
      </div>
      {children}
    </main>
  );
}
