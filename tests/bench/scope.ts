/** Something of the benchmark's own that must be gone afterwards, whatever happens in between. */
export type Scope = Readonly<{ onEnd(end: () => Promise<unknown>): void }>;

const open = new Set<() => Promise<void>>();

/** Runs `work` and then undoes what it registered, the latest first. */
export async function inScope<T>(work: (scope: Scope) => Promise<T>): Promise<T> {
  const ends: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (let end = ends.pop(); end !== undefined; end = ends.pop()) {
      await end().catch((error: unknown) => console.error('  could not clean up:', error));
    }
    open.delete(close);
  };
  open.add(close);
  try {
    return await work({ onEnd: (end) => ends.push(end) });
  } finally {
    await close();
  }
}

/** Closes every open scope at once: the benchmark was told to stop. */
export async function closeScopes(): Promise<void> {
  await Promise.all([...open].map((close) => close()));
}
