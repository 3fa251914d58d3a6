import http from 'node:http';
import type { Scope } from './scope';

/** What a page hears of a change: its kind and ids. */
export type Change = Readonly<{ type: string; id?: string; runId?: string; at: number }>;

export type OpenStream = Readonly<{
  /** How many changes have come so far, to be given to `next`. */
  heard(): number;
  /** The first change after the `from`-th that fits; waits for it. `at` is when it arrived, in milliseconds since 1970. */
  next(from: number, fits: (change: Change) => boolean, withinMs?: number): Promise<Change>;
}>;

/** Opens the live updates of a signed-in person, as a page does, and keeps all that comes. */
export async function openStream(scope: Scope, appUrl: string, cookie: string): Promise<OpenStream> {
  const changes: Change[] = [];
  const waiting = new Set<() => void>();
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const request = http.get(`${appUrl}/api/stream`, { headers: { cookie } }, resolve).once('error', reject);
    scope.onEnd(async () => request.destroy());
  });
  if (response.statusCode !== 200) throw new Error(`The live updates answered ${response.statusCode}.`);
  response.on('error', () => undefined); // destroyed at the end
  let rest = '';
  let greeted = (): void => undefined;
  const hello = new Promise<void>((resolve) => {
    greeted = resolve;
  });
  response.on('data', (chunk: Buffer) => {
    const at = Date.now();
    const messages = (rest + chunk.toString()).split('\n\n');
    rest = messages.pop() ?? '';
    for (const message of messages) {
      const data = /^data: (.*)$/m.exec(message)?.[1];
      if (message.includes('event: hello')) greeted();
      else if (data !== undefined) changes.push({ ...(JSON.parse(data) as Omit<Change, 'at'>), at });
    }
    for (const look of waiting) look();
  });
  await hello;
  return {
    heard: () => changes.length,
    next(from, fits, withinMs = 10_000) {
      return new Promise((resolve, reject) => {
        const look = (): void => {
          const found = changes.slice(from).find(fits);
          if (found === undefined) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(found);
        };
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`The live updates did not tell within ${withinMs} ms.`));
        }, withinMs);
        waiting.add(look);
        look();
      });
    },
  };
}
