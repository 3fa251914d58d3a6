import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** One delivery as it arrived: the raw body is what the signature covers. */
export type ReceivedDelivery = { path: string; headers: Headers; body: string };

export type WebhookSink = {
  url: string;
  received: ReceivedDelivery[];
  /** What to answer from now on: a status, or one status after the other. */
  answerWith(...statuses: number[]): void;
  close(): Promise<void>;
};

/** A receiver on the loopback address that keeps every delivery and answers 204 unless told otherwise. */
export async function startWebhookSink(): Promise<WebhookSink> {
  const received: ReceivedDelivery[] = [];
  let statuses: number[] = [];
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
    received.push({ path: request.url ?? '/', headers, body: Buffer.concat(chunks).toString('utf8') });
    const status = statuses.length > 1 ? statuses.shift() : statuses[0];
    response.writeHead(status ?? 204, status === 302 ? { location: '/elsewhere' } : {}).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    answerWith(...next) {
      statuses = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
