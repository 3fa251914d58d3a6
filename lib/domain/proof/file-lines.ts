/** One line of a file, as its bytes and as text; `ended` is false for a last line without a line feed. */
export type FileLine = Readonly<{
  number: number; // from 1
  bytes: Uint8Array; // with the line feed
  text: string | null; // without it; null: not UTF-8
  ended: boolean;
}>;

/** A line longer than any of ours: the file is not what it says, and must not fill the memory. */
export class LineTooLong extends Error {
  override readonly name = 'LineTooLong';
}

// The largest entries carry a few kilobytes of facts; a gap at most some 2 × 53 hashes.
const maxLineBytes = 8 * 1024 * 1024;

/** The lines of a stream, each as soon as it is whole. Only a line feed ends one: other breaks are part of it. */
export async function* fileLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<FileLine> {
  let kept: Uint8Array[] = [];
  let keptBytes = 0;
  let number = 0;
  const line = (bytes: Uint8Array, ended: boolean): FileLine => {
    number += 1;
    return { number, bytes, text: decoded(ended ? bytes.subarray(0, -1) : bytes), ended };
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      yield line(joined([...kept, chunk.subarray(start, end + 1)]), true);
      kept = [];
      keptBytes = 0;
      start = end + 1;
    }
    if (start < chunk.length) {
      // A copy: readers may use their buffer again.
      kept.push(chunk.slice(start));
      keptBytes += chunk.length - start;
      if (keptBytes > maxLineBytes) throw new LineTooLong(`Line ${number + 1} has more than ${maxLineBytes} bytes`);
    }
  }
  if (keptBytes > 0) yield line(joined(kept), false);
}

const lineFeed = 10;

function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
