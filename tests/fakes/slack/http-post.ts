import http from 'node:http';
import https from 'node:https';

/** How a POST ended. `status` is null when no answer came; `error` says why. */
export type PostOutcome = {
  status: number | null;
  body: string;
  headers: Record<string, string>;
  error: string | null;
};

const MAX_ANSWER_BYTES = 1024 * 1024;

/** Sends one request on a connection of its own, never follows redirects, gives up after `timeoutMs`. Never rejects. */
export function post(uri: string, headers: Record<string, string>, body: string, timeoutMs: number) {
  return new Promise<PostOutcome>((resolve) => {
    const bytes = Buffer.from(body, 'utf8');
    const request = (uri.startsWith('https:') ? https : http).request(uri, {
      method: 'POST',
      headers: { ...headers, 'content-length': String(bytes.length) },
      agent: false,
    });
    const finish = (outcome: PostOutcome) => {
      clearTimeout(timer);
      resolve(outcome);
    };
    const timer = setTimeout(() => {
      finish({ status: null, body: '', headers: {}, error: 'operation_timeout' });
      request.destroy();
    }, timeoutMs);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= MAX_ANSWER_BYTES) chunks.push(chunk);
      });
      response.on('error', (error) => finish({ status: null, body: '', headers: {}, error: error.message }));
      response.on('end', () => {
        const text = Object.entries(response.headers).map(([name, value]): [string, string] => [name, String(value)]);
        finish({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString('utf8'),
          headers: Object.fromEntries(text),
          error: null,
        });
      });
    });
    request.on('error', (error: NodeJS.ErrnoException) =>
      finish({ status: null, body: '', headers: {}, error: error.code ?? error.message }),
    );
    request.end(bytes);
  });
}
