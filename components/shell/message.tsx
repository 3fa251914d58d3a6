import type { ReactNode } from 'react';
import { Wordmark } from '../ui/mark';

/** A whole page that says one thing and offers the way on. `reference` is what to quote when asking for help. */
export function Message({
  title,
  reference,
  action,
  children,
}: {
  title: string;
  reference?: string | undefined;
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col justify-center gap-6 px-4 py-12">
      <Wordmark />
      <div className="grid gap-2">
        <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
        <p className="text-pretty text-muted">{children}</p>
        {reference !== undefined && (
          <p className="text-faint text-sm">
            Reference <code className="font-mono">{reference}</code>
          </p>
        )}
      </div>
      {action !== undefined && <div className="flex flex-wrap gap-2">{action}</div>}
    </main>
  );
}
