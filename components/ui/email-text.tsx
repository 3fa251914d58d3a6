import { Fragment } from 'react';

/** An e-mail address, which breaks, where it must, at its signs rather than in the middle of a word. */
export function EmailText({ children }: { children: string }) {
  const parts = children.split(/(?=[@.])/);
  return (
    <span className="wrap-anywhere">
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text never move
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </span>
  );
}
