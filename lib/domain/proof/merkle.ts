/**
 * The Merkle tree of RFC 6962 (and 9162, §2.1), on hashes as bytes. Nothing here reads or keeps a tree: the functions
 * say which perfect subtrees a root or a proof needs, and put their hashes together. Sizes and indexes are whole numbers
 * up to 2^53, so no 32-bit operators are used.
 */

/** SHA-256, given by the caller: node:crypto on the server, a library in the browser. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** Leaves `from` up to, not including, `to`. */
export type Range = Readonly<{ from: number; to: number }>;

/** The perfect subtree over leaves [index × 2^level, (index + 1) × 2^level); level 0 is a leaf's hash. */
export type Subtree = Readonly<{ level: number; index: number }>;

export function leafHash(sha256: Sha256, leaf: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(leaf.length + 1); // 0x00 in front keeps a leaf from passing for a node
  bytes.set(leaf, 1);
  return sha256(bytes);
}

export function nodeHash(sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(left.length + right.length + 1);
  bytes[0] = 1;
  bytes.set(left, 1);
  bytes.set(right, left.length + 1);
  return sha256(bytes);
}

/** The root over these leaf hashes, in one pass; of none: the hash of nothing. */
export function rootOf(sha256: Sha256, leafHashes: Iterable<Uint8Array>): Uint8Array {
  const range = compactRange(sha256);
  for (const hash of leafHashes) range.add(hash);
  return range.root();
}

/**
 * The perfect subtrees that cover [from, to), from left to right: at most two a level. Those of a range that a proof
 * names shrink from left to right, so `hashOfSubtrees` makes the range's hash of them.
 */
export function subtreesOf({ from, to }: Range): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let at = from; at < to; ) {
    let level = 0;
    let width = 1;
    while (at % (width * 2) === 0 && at + width * 2 <= to) {
      level += 1;
      width *= 2;
    }
    subtrees.push({ level, index: at / width });
    at += width;
  }
  return subtrees;
}

/** The hash over perfect subtrees that shrink from left to right, as the right edge of a tree has them. */
export function hashOfSubtrees(sha256: Sha256, hashes: readonly Uint8Array[]): Uint8Array {
  const last = hashes.at(-1);
  if (last === undefined) return sha256(new Uint8Array());
  return hashes.slice(0, -1).reduceRight((right, left) => nodeHash(sha256, left, right), last);
}

/** The ranges whose hashes are the inclusion proof of leaf `index` in the tree of `size` leaves, from the leaf up. */
export function inclusionRanges(index: number, size: number): Range[] {
  if (!(index >= 0 && index < size)) throw new RangeError(`No leaf ${index} in a tree of ${size}`);
  const ranges: Range[] = [];
  let { from, to } = { from: 0, to: size };
  while (to - from > 1) {
    const middle = from + widthBelow(to - from);
    if (index < middle) {
      ranges.push({ from: middle, to });
      to = middle;
    } else {
      ranges.push({ from, to: middle });
      from = middle;
    }
  }
  return ranges.reverse();
}

/** The ranges whose hashes are the proof that the tree of `first` leaves is the beginning of the one of `second`. */
export function consistencyRanges(first: number, second: number): Range[] {
  if (!(first >= 0 && first <= second)) throw new RangeError(`A tree of ${second} has no beginning of ${first}`);
  if (first === 0) return [];
  const ranges: Range[] = [];
  let { from, to } = { from: 0, to: second };
  while (to !== first) {
    const middle = from + widthBelow(to - from);
    if (first <= middle) {
      ranges.push({ from: middle, to });
      to = middle;
    } else {
      ranges.push({ from, to: middle });
      from = middle;
    }
  }
  if (from > 0) ranges.push({ from, to }); // else it is the first tree's own root, which the verifier has
  return ranges.reverse();
}

/** The root that an inclusion proof leads to; null when the proof is not of the length that such a tree has. */
export function rootFromInclusion(
  sha256: Sha256,
  proof: Readonly<{ index: number; size: number; leafHash: Uint8Array; path: readonly Uint8Array[] }>,
): Uint8Array | null {
  if (!isPlace(proof.index) || !isPlace(proof.size) || proof.index >= proof.size) return null;
  let at = proof.index;
  let last = proof.size - 1;
  let hash = proof.leafHash;
  for (const sibling of proof.path) {
    if (last === 0) return null;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sha256, sibling, hash);
      while (at % 2 === 0 && at !== 0) {
        at /= 2;
        last = half(last);
      }
    } else {
      hash = nodeHash(sha256, hash, sibling);
    }
    at = half(at);
    last = half(last);
  }
  return last === 0 ? hash : null;
}

export function verifyInclusion(
  sha256: Sha256,
  proof: Readonly<{ index: number; size: number; leafHash: Uint8Array; path: readonly Uint8Array[]; root: Uint8Array }>,
): boolean {
  const root = rootFromInclusion(sha256, proof);
  return root !== null && sameBytes(root, proof.root);
}

/** Whether the tree of `first` leaves is the beginning of the one of `second`, by RFC 9162 §2.1.4.2. */
export function verifyConsistency(
  sha256: Sha256,
  proof: Readonly<{
    first: number;
    second: number;
    firstRoot: Uint8Array;
    secondRoot: Uint8Array;
    path: readonly Uint8Array[];
  }>,
): boolean {
  const { first, second, firstRoot, secondRoot } = proof;
  if (!isPlace(first) || !isPlace(second) || first > second) return false;
  if (first === second) return proof.path.length === 0 && sameBytes(firstRoot, secondRoot);
  // Every tree begins with the empty one, whose root is fixed.
  if (first === 0) return proof.path.length === 0 && sameBytes(firstRoot, sha256(new Uint8Array()));
  const path = isPowerOfTwo(first) ? [firstRoot, ...proof.path] : proof.path;
  const [start, ...rest] = path;
  if (start === undefined) return false;
  let at = first - 1;
  let last = second - 1;
  while (at % 2 === 1) {
    at = half(at);
    last = half(last);
  }
  let old = start;
  let now = start;
  for (const hash of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      old = nodeHash(sha256, hash, old);
      now = nodeHash(sha256, hash, now);
      while (at % 2 === 0 && at !== 0) {
        at /= 2;
        last = half(last);
      }
    } else {
      now = nodeHash(sha256, now, hash);
    }
    at = half(at);
    last = half(last);
  }
  return last === 0 && sameBytes(old, firstRoot) && sameBytes(now, secondRoot);
}

/** A perfect subtree with its hash. */
export type TreeNode = Subtree & Readonly<{ hash: Uint8Array }>;

/** Leaves and perfect subtrees taken from left to right; keeps one hash a level, so a log of any size passes through. */
export type CompactRange = Readonly<{
  /** How many leaves were taken. */
  size: () => number;
  /**
   * Takes the next leaf's hash, or the hash of the perfect subtree of `level` that begins at `size()`. Returns it as a node,
   * and above it the nodes that it completes.
   */
  add: (hash: Uint8Array, level?: number) => readonly TreeNode[];
  root: () => Uint8Array;
}>;

/** Begins with nothing, or goes on where a tree of `size` leaves ends whose right edge, from left to right, is `edge`. */
export function compactRange(
  sha256: Sha256,
  { size, edge }: Readonly<{ size: number; edge: readonly TreeNode[] }> = { size: 0, edge: [] },
): CompactRange {
  const stack = [...edge];
  let next = size;
  return {
    size: () => next,
    add(hash, level = 0) {
      if (next % 2 ** level !== 0) throw new RangeError(`No subtree of level ${level} begins at ${next}`);
      let top: TreeNode = { level, index: next / 2 ** level, hash };
      const made = [top];
      for (let left = stack.at(-1); left !== undefined && left.level === top.level; left = stack.at(-1)) {
        stack.pop();
        top = { level: left.level + 1, index: left.index / 2, hash: nodeHash(sha256, left.hash, top.hash) };
        made.push(top);
      }
      stack.push(top);
      next += 2 ** level;
      return made;
    },
    root: () =>
      hashOfSubtrees(
        sha256,
        stack.map(({ hash }) => hash),
      ),
  };
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** The bytes of lower-case hex of a SHA-256 hash; null for anything else, so that a hash is written in one way only. */
export function hashFromHex(text: unknown): Uint8Array | null {
  if (typeof text !== 'string' || !/^[0-9a-f]{64}$/.test(text)) return null;
  return Uint8Array.from({ length: 32 }, (_, at) => Number.parseInt(text.slice(at * 2, at * 2 + 2), 16));
}

/** The largest power of two below `size`, where RFC 6962 splits a tree of that size. */
function widthBelow(size: number): number {
  let width = 1;
  while (width * 2 < size) width *= 2;
  return width;
}

function half(number: number): number {
  return Math.floor(number / 2);
}

function isPowerOfTwo(number: number): boolean {
  let width = 1;
  while (width < number) width *= 2;
  return width === number;
}

function isPlace(number: number): boolean {
  return Number.isSafeInteger(number) && number >= 0;
}
