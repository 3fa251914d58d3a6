import 'server-only';
import { EventEmitter } from 'node:events';
import pg from 'pg';
import { log } from '@/lib/log';
import { liveChannel } from './notify';

/** What a stream may hear: a change as JSON text, or that some may have been missed. */
export type LiveMessage = { type: 'change'; json: string } | { type: 'resync' };

export type LiveListener = Readonly<{
  subscribe(listener: (message: LiveMessage) => void): () => void;
  close(): Promise<void>;
}>;

const firstRetryMs = 250;
const longestRetryMs = 10_000;

/**
 * Listens once a process to what any process on this database announces, and passes it on to every open stream. A lost
 * connection is made again; streams are then told to read afresh, since what was announced meanwhile is gone.
 */
export function openLiveListener(databaseUrl: string): LiveListener {
  const bus = new EventEmitter<{ message: [LiveMessage] }>();
  bus.setMaxListeners(0); // one a page that is open
  let client: pg.Client | null = null;
  let closed = false;
  let retryMs = firstRetryMs;
  let retry: NodeJS.Timeout | undefined;

  async function connect(): Promise<void> {
    const next = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'countersign live',
      keepAlive: true,
    });
    const lost = () => {
      if (client !== next) return;
      client = null;
      later();
    };
    next.on('error', lost);
    next.on('end', lost);
    next.on('notification', ({ payload }) => bus.emit('message', { type: 'change', json: payload ?? '{}' }));
    client = next;
    try {
      await next.connect();
      await next.query(`listen ${liveChannel}`);
      retryMs = firstRetryMs;
      bus.emit('message', { type: 'resync' });
    } catch (error) {
      log.warn({ err: error }, 'live.connect_failed');
      if (client === next) {
        client = null;
        later();
      }
      await next.end().catch(() => undefined);
    }
  }

  function later(): void {
    if (closed) return;
    retry = setTimeout(() => void connect(), retryMs);
    retryMs = Math.min(retryMs * 2, longestRetryMs);
  }

  void connect();
  return {
    subscribe(listener) {
      bus.on('message', listener);
      return () => bus.off('message', listener);
    },
    async close() {
      closed = true;
      clearTimeout(retry);
      const open = client;
      client = null;
      await open?.end().catch(() => undefined);
    },
  };
}
