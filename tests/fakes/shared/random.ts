/** Numbers in [0, 1) that repeat for the same seed, so that a failed crash test can be run again. */
export type Random = { next(): number; reseed(seed: number): void };

/** Draws start over with each `reseed`. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    // The mulberry32 generator: small, fast, and even enough to choose faults.
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
    reseed(next) {
      state = next >>> 0;
    },
  };
}
