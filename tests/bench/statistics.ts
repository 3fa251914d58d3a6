/** The value that a share `p` (0 to 1) of the samples does not exceed: the nearest rank, no interpolation. */
export function percentile(samples: readonly number[], p: number): number {
  const sorted = [...samples].sort((one, other) => one - other);
  const value = sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)];
  if (value === undefined) throw new Error('There is nothing to measure: no sample came in.');
  return value;
}

/** The middle of a few rounds; of an even number, the mean of the two in the middle. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((one, other) => one - other);
  const upper = percentile(sorted, 0.5 + 0.5 / Math.max(1, sorted.length));
  return sorted.length % 2 === 1 ? percentile(sorted, 0.5) : (percentile(sorted, 0.5) + upper) / 2;
}
