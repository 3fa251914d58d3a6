/**
 * Runs `write` for one item or many: what comes in while a write is under way shares the next one. Returns a function
 * that is fulfilled when its item is written, and rejected when its write failed. When a write of several fails and
 * `isAboutOne` says that a single item may be to blame, they are written one by one.
 */
export function batched<Item>(
  write: (items: readonly Item[]) => Promise<void>,
  options: { largest: number; isAboutOne: (error: unknown) => boolean },
): (item: Item) => Promise<void> {
  type Waiting = Readonly<{ item: Item; resolve: () => void; reject: (error: unknown) => void }>;
  const waiting: Waiting[] = [];
  let writing = false;

  async function writeAll(): Promise<void> {
    writing = true;
    while (waiting.length > 0) await writeBatch(waiting.splice(0, options.largest));
    writing = false;
  }

  async function writeBatch(batch: readonly Waiting[]): Promise<void> {
    try {
      await write(batch.map(({ item }) => item));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      if (batch.length > 1 && options.isAboutOne(error)) for (const one of batch) await writeBatch([one]);
      else for (const { reject } of batch) reject(error);
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!writing) void writeAll();
    });
}
