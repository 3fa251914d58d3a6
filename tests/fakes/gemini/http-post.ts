import http from 'node:http';
import https from 'node:https';

/** How a POST ended: with a status, or with the reason why none came. */
export type PostOutcome = { status: number } | { error: string };

export type Poster = {
  /** Sends one request, never follows redirects, gives up after `timeoutMs`. Never rejects. */
  post(uri: string, headers: Record<string, string>, body: string, timeoutMs: number): Promise<PostOutcome>;
  close(): void;
};

const MAX_SOCKETS = 64;

/** Keeps connections open between requests, so that a load test does not run out of ports. */
export function createPoster(): Poster {
  const agents = {
    http: new http.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
    https: new https.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
  };

  function send(uri: string, headers: Record<string, string>, body: string, timeoutMs: number, fresh: boolean) {
    return new Promise<PostOutcome>((resolve) => {
      const secure = uri.startsWith('https:');
      const bytes = Buffer.from(body, 'utf8');
      const request = (secure ? https : http).request(uri, {
        method: 'POST',
        headers: { ...headers, 'content-length': String(bytes.length) },
        agent: fresh ? false : agents[secure ? 'https' : 'http'],
      });
      const timer = setTimeout(() => request.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
      request.on('response', (response) => {
        response.resume();
        response.on('close', () => {
          clearTimeout(timer);
          resolve({ status: response.statusCode ?? 0 });
        });
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        clearTimeout(timer);
        // The receiver may close an idle connection just as it is used again; that is no failed delivery.
        if (request.reusedSocket && error.code === 'ECONNRESET') resolve(send(uri, headers, body, timeoutMs, true));
        else resolve({ error: error.code ?? error.message });
      });
      request.end(bytes);
    });
  }

  return {
    post: (uri, headers, body, timeoutMs) => send(uri, headers, body, timeoutMs, false),
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}
