import net from 'node:net';
import { Problem } from './project.mjs';

/** The port in PORT, which must be free; a Problem says how to choose another. */
export async function givenPort() {
  const port = readPort();
  if (await isFree(port)) return port;
  throw new Problem(`Port ${port} is taken by another program. Choose another one: PORT=${port + 1} npm start`);
}

/** The port in PORT, or the next free one after it. */
export async function nextFreePort() {
  const wanted = readPort();
  for (let port = wanted; port < wanted + 100 && port < 65_536; port += 1) if (await isFree(port)) return port;
  throw new Problem(`No port from ${wanted} on is free. Choose another one with PORT.`);
}

/** A port that the system picks. */
export const anyFreePort = () =>
  new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Whether nobody listens on a port: tried on every address, as Next listens, and on the loopback ones, which another program may hold alone. */
export async function isFree(port) {
  for (const host of [undefined, '127.0.0.1', '::1'])
    if ((await tryListening(port, host)) === 'EADDRINUSE') return false;
  return true;
}

function readPort() {
  const value = process.env.PORT || '3000';
  const port = Number(value);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Problem(`PORT is "${value}"; expected a number from 1 to 65535.`);
}

const tryListening = (port, host) =>
  new Promise((resolve) => {
    const server = net.createServer().once('error', (error) => resolve(error.code));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve('free')));
  });
