import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the app would get it. */
export type SinkRequest = {
  method: string;
  path: string;
  headers: http.IncomingHttpHeaders;
  /** The bytes as received, as text: what the signature covers. */
  body: string;
  /** What the form or the JSON holds; the `payload` of an interaction opened. */
  payload: unknown;
};

export type SinkAnswer = { status?: number; body?: unknown; headers?: Record<string, string>; afterMs?: number };

export type AppSink = {
  url: string;
  requests: SinkRequest[];
  /** How the next requests are answered; default 200 with nothing. A string is sent as it is, all else as JSON. */
  answer: (request: SinkRequest) => SinkAnswer | Promise<SinkAnswer>;
  close(): Promise<void>;
};

/** Stands in for the app: keeps every request and answers as told. */
export async function startAppSink(): Promise<AppSink> {
  const sink: AppSink = { url: '', requests: [], answer: () => ({}), close: () => Promise.resolve() };
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString('utf8');
    const received: SinkRequest = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body,
      payload: open(String(request.headers['content-type']), body),
    };
    sink.requests.push(received);
    const { status = 200, body: answered = '', headers = {}, afterMs = 0 } = await sink.answer(received);
    if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs));
    const text = typeof answered === 'string' ? answered : JSON.stringify(answered);
    const type = typeof answered === 'string' ? 'text/plain' : 'application/json';
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  sink.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  sink.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return sink;
}

function open(contentType: string, body: string): unknown {
  if (body === '') return null;
  if (!contentType.includes('form-urlencoded')) return JSON.parse(body);
  const form = Object.fromEntries(new URLSearchParams(body));
  return form.payload === undefined ? form : JSON.parse(form.payload);
}
