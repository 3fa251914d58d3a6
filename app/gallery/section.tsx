import type { ReactNode } from 'react';

/** One family of components with its states, side by side. */
export function Section({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  const id = title.toLowerCase().replaceAll(' ', '-');
  return (
    <section aria-labelledby={id} className="grid gap-4 border-line border-t py-8 lg:grid-cols-[12rem_minmax(0,1fr)]">
      <div>
        <h2 id={id} className="font-semibold">
          {title}
        </h2>
        {note !== undefined && <p className="mt-1 text-pretty text-faint text-sm">{note}</p>}
      </div>
      <div className="grid min-w-0 gap-4">{children}</div>
    </section>
  );
}

export function Line({ children }: { children: ReactNode }) {
  return <div className="flex min-w-0 flex-wrap items-center gap-x-4 gap-y-3">{children}</div>;
}
