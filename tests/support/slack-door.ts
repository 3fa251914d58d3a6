import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Services } from '@/lib/services';
import { receive } from '@/lib/slack/receive';

/** Serves what takes Slack's requests over HTTP, as the route of the product does under Next. */
export async function openSlackDoor(services: Services, port = 0): Promise<{ url: string; close(): Promise<void> }> {
  const work = new Set<Promise<unknown>>();
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers))
      if (typeof value === 'string') headers.set(name, value);
    const answer = await receive(
      services,
      new Request(`http://localhost${request.url}`, {
        method: request.method ?? 'POST',
        headers,
        ...(request.method === 'POST' ? { body: Buffer.concat(chunks) } : {}),
      }),
      (more) => {
        work.add(more);
        void more.catch(() => undefined).finally(() => work.delete(more));
      },
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await Promise.allSettled(work); // what goes on after an answer still needs the database
    },
  };
}
