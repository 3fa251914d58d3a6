import { splitVisible } from './visible-text';

/**
 * Text that someone else wrote, as plain text nodes: invisible, reversing and control characters stand there as
 * labelled code points, letters that only pass for Latin ones are marked, and its direction cannot reach the words
 * around it. `lines` keeps line feeds and tabs, for
 * boxes that show them.
 */
export function SafeText({ children, lines = false }: { children: string; lines?: boolean }) {
  return (
    <bdi>
      {splitVisible(children, { lines }).map((part, index) =>
        part.kind === 'text' ? (
          part.text
        ) : part.kind === 'foreign' ? (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text never move
            key={index}
            title={`${part.code} ${part.name} in a Latin word`}
            className="rounded-sm bg-warning-tint text-warning underline decoration-dotted underline-offset-2"
          >
            {part.text}
            <span className="sr-only">{` (${part.name}) `}</span>
          </span>
        ) : (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text never move
            key={index}
            title={part.name}
            className="mx-px inline-block rounded-sm border border-warning-line bg-warning-tint px-1 font-mono text-[0.75em] text-warning leading-[1.4]"
          >
            {part.code}
            {part.count > 1 && `×${part.count}`}
            <span className="sr-only">{` ${part.name}`}</span>
          </span>
        ),
      )}
    </bdi>
  );
}
