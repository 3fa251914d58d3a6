import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compactRange,
  consistencyRanges,
  hashFromHex,
  hashOfSubtrees,
  inclusionRanges,
  leafHash,
  nodeHash,
  type Range,
  rootFromInclusion,
  rootOf,
  sameBytes,
  subtreesOf,
  toHex,
  verifyConsistency,
  verifyInclusion,
} from '@/lib/domain/proof/merkle';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex');

/** The tree as RFC 6962 §2.1 writes it down. */
function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha256(new Uint8Array());
  const [only] = leaves;
  if (leaves.length === 1 && only !== undefined) return only;
  let middle = 1;
  while (middle * 2 < leaves.length) middle *= 2;
  return nodeHash(sha256, naiveRoot(leaves.slice(0, middle)), naiveRoot(leaves.slice(middle)));
}

const hashOf = (leaves: readonly Uint8Array[], { from, to }: Range): Uint8Array =>
  hashOfSubtrees(
    sha256,
    subtreesOf({ from, to }).map(({ level, index }) =>
      naiveRoot(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)),
    ),
  );

const at = (leaves: readonly Uint8Array[], index: number): Uint8Array => leaves[index] ?? new Uint8Array();

// The tree of RFC 6962's reference implementation (certificate-transparency, merkletree/*_test).
const known = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(
  (hex) => leafHash(sha256, bytes(hex)),
);
const knownRoots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

describe('known vectors of RFC 6962', () => {
  test.each(knownRoots.map((root, size) => ({ size, root })))('root of $size leaves', ({ size, root }) => {
    expect(toHex(rootOf(sha256, known.slice(0, size)))).toBe(root);
  });

  test.each([
    { index: 0, size: 1, path: [] },
    {
      index: 0,
      size: 8,
      path: [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    },
    {
      index: 5,
      size: 8,
      path: [
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    },
    {
      index: 2,
      size: 3,
      path: ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
    },
  ])('inclusion of leaf $index in $size', ({ index, size, path }) => {
    const leaves = known.slice(0, size);
    expect(inclusionRanges(index, size).map((range) => toHex(hashOf(leaves, range)))).toEqual(path);
    const proof = {
      index,
      size,
      leafHash: at(leaves, index),
      path: path.map(bytes),
      root: bytes(knownRoots[size] ?? ''),
    };
    expect(verifyInclusion(sha256, proof)).toBe(true);
  });

  test.each([
    { first: 1, second: 1, path: [] },
    {
      first: 1,
      second: 8,
      path: [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    },
    {
      first: 6,
      second: 8,
      path: [
        '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    },
    {
      first: 2,
      second: 5,
      path: [
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    },
  ])('consistency of $first with $second', ({ first, second, path }) => {
    const leaves = known.slice(0, second);
    expect(consistencyRanges(first, second).map((range) => toHex(hashOf(leaves, range)))).toEqual(path);
    const roots = { firstRoot: bytes(knownRoots[first] ?? ''), secondRoot: bytes(knownRoots[second] ?? '') };
    expect(verifyConsistency(sha256, { first, second, ...roots, path: path.map(bytes) })).toBe(true);
  });
});

const leavesOf = (size: number): Uint8Array[] =>
  Array.from({ length: size }, (_, index) => leafHash(sha256, Buffer.from(`entry ${index}`)));

describe('against the tree as it is written down', () => {
  test('a compact range gives the root, with and without gaps', () => {
    const sizes = fc.integer({ min: 0, max: 130 });
    fc.assert(
      fc.property(sizes, fc.array(fc.tuple(sizes, sizes), { maxLength: 5 }), (size, cuts) => {
        const leaves = leavesOf(size);
        const range = compactRange(sha256);
        for (const [from, width] of cuts) {
          if (from < range.size() || from + width > size) continue;
          while (range.size() < from) range.add(at(leaves, range.size()));
          for (const { level, index } of subtreesOf({ from, to: from + width })) {
            range.add(naiveRoot(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)), level);
          }
        }
        while (range.size() < size) range.add(at(leaves, range.size()));
        expect(toHex(range.root())).toBe(toHex(naiveRoot(leaves)));
      }),
    );
  });

  test('every leaf is proved in every tree, and in no other place, size or tree', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat(), (size, seed, other) => {
        const leaves = leavesOf(size);
        const index = seed % size;
        const path = inclusionRanges(index, size).map((range) => hashOf(leaves, range));
        const root = naiveRoot(leaves);
        const proof = { index, size, leafHash: at(leaves, index), path, root };
        expect(verifyInclusion(sha256, proof)).toBe(true);
        if (other % size !== index) {
          expect(verifyInclusion(sha256, { ...proof, index: other % size })).toBe(false);
          expect(verifyInclusion(sha256, { ...proof, leafHash: at(leaves, other % size) })).toBe(false);
        }
        expect(rootFromInclusion(sha256, { ...proof, path: [...path, root] })).toBeNull();
        if (size > 1) expect(verifyInclusion(sha256, { ...proof, path: path.slice(1) })).toBe(false);
        expect(verifyInclusion(sha256, { ...proof, root: naiveRoot(leavesOf(size + 1)) })).toBe(false);
      }),
    );
  });

  test('every beginning of a log is proved to be one, and nothing else is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 70 }), fc.nat(), (second, seed) => {
        const first = seed % (second + 1);
        const leaves = leavesOf(second);
        const path = consistencyRanges(first, second).map((range) => hashOf(leaves, range));
        const proof = {
          first,
          second,
          firstRoot: naiveRoot(leaves.slice(0, first)),
          secondRoot: naiveRoot(leaves),
          path,
        };
        expect(verifyConsistency(sha256, proof)).toBe(true);
        if (first > 0) {
          const rewritten = leaves.with(first - 1, sha256(new Uint8Array([7])));
          expect(verifyConsistency(sha256, { ...proof, firstRoot: naiveRoot(rewritten.slice(0, first)) })).toBe(false);
          expect(verifyConsistency(sha256, { ...proof, secondRoot: naiveRoot(rewritten) })).toBe(false);
        }
        expect(verifyConsistency(sha256, { ...proof, path: [...path, sha256(new Uint8Array())] })).toBe(false);
        if (path.length > 0) expect(verifyConsistency(sha256, { ...proof, path: path.slice(1) })).toBe(false);
      }),
    );
  });

  test('a range falls into perfect subtrees, left to right, without hole or overlap', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 45 }), fc.nat({ max: 2 ** 40 }), (from, width) => {
        let place = from;
        for (const { level, index } of subtreesOf({ from, to: from + width })) {
          expect(index * 2 ** level).toBe(place);
          place += 2 ** level;
        }
        expect(place).toBe(from + width);
        expect(subtreesOf({ from, to: from + width }).length).toBeLessThanOrEqual(92);
      }),
    );
  });
});

test('a subtree is taken only where one begins', () => {
  const range = compactRange(sha256);
  range.add(at(known, 0));
  expect(() => range.add(at(known, 1), 1)).toThrow(RangeError);
});

test('a proof of a place that is none is no proof', () => {
  for (const [index, size] of [
    [1, 1],
    [-1, 4],
    [0.5, 2],
    [Number.NaN, 2],
    [0, 2 ** 60],
  ] as const) {
    expect(rootFromInclusion(sha256, { index, size, leafHash: at(known, 0), path: [] })).toBeNull();
  }
});

test('a hash is written in one way: lower-case hex of 32 bytes', () => {
  const hex = knownRoots[3] ?? '';
  const read = hashFromHex(hex);
  expect(read !== null && sameBytes(read, bytes(hex))).toBe(true);
  for (const wrong of [hex.toUpperCase(), hex.slice(2), `${hex}00`, ` ${hex}`, 7, null])
    expect(hashFromHex(wrong)).toBeNull();
});
