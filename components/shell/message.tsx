import type { ReactNode } from 'react';
import { Wordmark } from '../ui/mark';

/**
 * A whole page that says one thing and offers the way on. `reference` is what to quote when asking for help. `framed`
 * is for pages inside the shell, which already have a main column and our name.
 * The pages for errors and for what is not found come with every page, so neither this nor `messageAction` brings any
 * other code along, and their links are plain ones.
 */
export function Message({
  title,
  reference,
  action,
  framed = false,
  children,
}: {
  title: string;
  reference?: string | undefined;
  action?: ReactNode;
  framed?: boolean;
  children: ReactNode;
}) {
  const Column = framed ? 'div' : 'main';
  return (
    <Column
      className={`mx-auto flex w-full max-w-md flex-col justify-center gap-6 px-4 py-12 ${framed ? '' : 'min-h-dvh'}`}
    >
      {!framed && <Wordmark />}
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
    </Column>
  );
}

/** The looks of the buttons on such a page. */
export const messageAction = {
  primary:
    'inline-flex h-8 items-center rounded-md border border-transparent bg-accent px-3 font-medium text-accent-contrast transition-colors hover:bg-accent-hover pointer-coarse:h-10',
  secondary:
    'inline-flex h-8 items-center rounded-md border border-line-strong bg-surface px-3 font-medium transition-colors hover:bg-hover pointer-coarse:h-10',
};
