import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { isObject, type JsonObject } from '../gemini/wire';
import { newSecretPart } from './ids';
import type { State } from './state';
import type { Switches } from './switches';

export type Envelope = { type: 'interactive' | 'slash_commands' | 'events_api'; payload: JsonObject; more: JsonObject };

/** What an envelope got: the payload of its acknowledgement, or why there is none. */
export type EnvelopeAnswer = { payload: JsonObject } | { error: 'no_connection' | 'operation_timeout' | 'closed' };

export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled';
export type Connection = { index: number; connectedAt: number; envelopes: number; acknowledged: number };

/** The server side of Socket Mode. */
export type Sockets = {
  /** The address for one connection, as `apps.connections.open` answers it; good once and for 30 seconds. */
  open(baseUrl: string): string;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Sends to one connection, the next in turn, and waits for its acknowledgement. */
  send(envelope: Envelope, timeoutMs: number, options?: { id?: string }): Promise<EnvelopeAnswer>;
  connections(): Connection[];
  /** Says goodbye as Slack does; after anything but a warning the connection is closed. All of them without an index. */
  disconnect(reason: DisconnectReason, index?: number): void;
  /** Drops the connection without a word. */
  cut(index?: number): void;
  reset(): void;
  close(): void;
};

const MOST_CONNECTIONS = 10; // Slack: per app
const TICKET_LIFETIME_MS = 30_000;
const HOST = 'applink-simulated-1';

type Live = Connection & { socket: WebSocket; closedByUs: boolean };
type Waiting = { connection: Live; answer(result: EnvelopeAnswer): void };

export function createSockets(state: State, switches: Switches): Sockets {
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Map<string, number>();
  const waiting = new Map<string, Waiting[]>();
  let live: Live[] = [];
  let lastIndex = 0;
  let turn = 0;

  function welcome(socket: WebSocket): void {
    lastIndex += 1;
    const connection: Live = {
      index: lastIndex,
      connectedAt: Date.now(),
      envelopes: 0,
      acknowledged: 0,
      socket,
      closedByUs: false,
    };
    socket.on('error', () => socket.terminate());
    if (live.length >= MOST_CONNECTIONS) {
      sendTo(connection, { type: 'disconnect', reason: 'too_many_websockets', debug_info: { host: HOST } });
      socket.close();
      return;
    }
    live.push(connection);
    socket.on('message', (data) => acknowledge(connection, data.toString('utf8')));
    const pings = switches.socketPingMs > 0 ? setInterval(() => socket.ping(), switches.socketPingMs) : null;
    pings?.unref();
    socket.on('close', () => {
      if (pings !== null) clearInterval(pings);
      live = live.filter((one) => one !== connection);
      for (const all of waiting.values())
        for (const one of all) if (one.connection === connection) one.answer({ error: 'closed' });
      state.touch();
    });
    sendTo(connection, {
      type: 'hello',
      num_connections: live.length,
      debug_info: { host: HOST, build_number: 54, approximate_connection_time: 3_600 },
      connection_info: { app_id: state.app.id },
    });
    state.touch();
  }

  function acknowledge(connection: Live, text: string): void {
    const message = parse(text);
    const id = message?.envelope_id;
    if (message === null || typeof id !== 'string') return;
    const one = waiting.get(id)?.find((entry) => entry.connection === connection);
    if (one === undefined) return;
    connection.acknowledged += 1;
    one.answer({ payload: isObject(message.payload) ? message.payload : {} });
  }

  function chosen(index: number | undefined): Live[] {
    return index === undefined ? [...live] : live.filter((connection) => connection.index === index);
  }

  return {
    open(baseUrl) {
      const ticket = newSecretPart();
      tickets.set(ticket, Date.now());
      return `${baseUrl.replace(/^http/, 'ws')}/link/?ticket=${ticket}&app_id=${state.app.id}`;
    },
    upgrade(request, socket, head) {
      const url = new URL(request.url ?? '/', 'http://127.0.0.1');
      const ticket = url.searchParams.get('ticket') ?? '';
      const issuedAt = tickets.get(ticket);
      tickets.delete(ticket);
      const fresh = issuedAt !== undefined && Date.now() - issuedAt <= TICKET_LIFETIME_MS;
      if (url.pathname !== '/link/' || !fresh)
        return void socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      server.handleUpgrade(request, socket, head, welcome);
    },
    send({ type, payload, more }, timeoutMs, { id = randomUUID() } = {}) {
      const open = live.filter(({ socket, closedByUs }) => socket.readyState === WebSocket.OPEN && !closedByUs);
      turn += 1;
      const connection = open[turn % Math.max(1, open.length)];
      if (connection === undefined) return Promise.resolve({ error: 'no_connection' });
      return new Promise<EnvelopeAnswer>((resolve) => {
        const entry: Waiting = {
          connection,
          answer(result) {
            clearTimeout(timer);
            const rest = (waiting.get(id) ?? []).filter((one) => one !== entry);
            if (rest.length === 0) waiting.delete(id);
            else waiting.set(id, rest);
            resolve(result);
          },
        };
        const timer = setTimeout(() => entry.answer({ error: 'operation_timeout' }), timeoutMs);
        waiting.set(id, [...(waiting.get(id) ?? []), entry]);
        connection.envelopes += 1;
        const accepts = type !== 'events_api';
        sendTo(connection, { envelope_id: id, type, accepts_response_payload: accepts, ...more, payload });
      });
    },
    connections: () =>
      live.map(({ index, connectedAt, envelopes, acknowledged }) => ({ index, connectedAt, envelopes, acknowledged })),
    disconnect(reason, index) {
      for (const connection of chosen(index)) {
        sendTo(connection, { type: 'disconnect', reason, debug_info: { host: HOST } });
        if (reason === 'warning') continue;
        connection.closedByUs = true;
        connection.socket.close(1000, reason);
      }
    },
    cut(index) {
      for (const { socket } of chosen(index)) socket.terminate();
    },
    reset() {
      tickets.clear();
      for (const all of [...waiting.values()]) for (const one of all) one.answer({ error: 'closed' });
    },
    close() {
      for (const { socket } of live) socket.terminate();
      server.close();
    },
  };
}

function sendTo({ socket }: Live, message: JsonObject): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function parse(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
