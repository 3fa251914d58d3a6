import { currentPerson } from '@/lib/auth';
import { isStopping, liveListener, trackStream } from '@/lib/process';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

const heartbeatMs = 15_000; // proxies close connections that are silent for longer

/** Live updates for people who are signed in: what changed, as ids; pages then read it again with their own rights. */
export async function GET(request: Request): Promise<Response> {
  if ((await currentPerson()) === null) return new Response('Sign in first.', { status: 401 });
  if (isStopping()) return new Response('This process is stopping.', { status: 503 });

  const encoder = new TextEncoder();
  let end = (): void => undefined;
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (text: string): void => controller.enqueue(encoder.encode(text));
      const unsubscribe = liveListener().subscribe((message) =>
        send(message.type === 'change' ? `event: change\ndata: ${message.json}\n\n` : 'event: hello\ndata: {}\n\n'),
      );
      const heartbeat = setInterval(() => send(': still here\n\n'), heartbeatMs);
      // Sessions end and people are deactivated: no stream outlives the hour; the page connects again by itself.
      const limit = setTimeout(() => end(), 60 * 60_000);
      let ended = false;
      end = () => {
        if (ended) return;
        ended = true;
        unsubscribe();
        untrack();
        clearInterval(heartbeat);
        clearTimeout(limit);
        try {
          controller.close();
        } catch {
          // the reader has gone already
        }
      };
      const untrack = trackStream(end);
      send('retry: 1000\nevent: hello\ndata: {}\n\n');
    },
    cancel: () => end(),
  });
  request.signal.addEventListener('abort', () => end());
  return new Response(stream, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    },
  });
}
