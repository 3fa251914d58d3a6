import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Scope } from './scope';

/** In Gemini's place: knows no interaction, and tells when it was asked for which. */
export type ListeningPost = Readonly<{
  url: string;
  /** When the `count`-th request for this interaction arrived, by `performance.now()`; waits for it. */
  asked(interactionId: string, options: { count?: number; withinMs: number }): Promise<number>;
}>;

/** Opens a listening post. The first request for an id that `leavesOpen` names is never answered. */
export async function openListeningPost(
  scope: Scope,
  leavesOpen: (interactionId: string) => boolean = () => false,
): Promise<ListeningPost> {
  const arrivals = new Map<string, number[]>();
  const waiting = new Set<() => void>();
  const server = http.createServer((request, response) => {
    const at = performance.now();
    const id = decodeURIComponent((request.url ?? '').split('?')[0]?.split('/').at(-1) ?? '');
    const times = arrivals.get(id) ?? [];
    arrivals.set(id, [...times, at]);
    for (const look of waiting) look();
    if (times.length === 0 && leavesOpen(id)) return;
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { code: 'not_found', message: 'Requested entity was not found.' } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  scope.onEnd(async () => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked(interactionId, { count = 1, withinMs }) {
      return new Promise((resolve, reject) => {
        const look = (): void => {
          const at = arrivals.get(interactionId)?.[count - 1];
          if (at === undefined) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(at);
        };
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`Nobody asked for ${interactionId} within ${withinMs} ms.`));
        }, withinMs);
        waiting.add(look);
        look();
      });
    },
  };
}
