import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/** What the provider says of whoever signs in, by the name that they type there. */
export type Directory = Record<string, Readonly<Record<string, unknown>>>;

/**
 * A real OpenID Connect provider on a port of its own, with one client that must use PKCE. Anybody signs in by typing a name
 * of the directory; what stands there can be changed while it runs.
 */
export async function startProvider(redirectUri: string, directory: Directory) {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = { id: 'countersign', secret: 'a client secret of the tests' };
  const provider = new Provider(issuer, {
    clients: [{ client_id: client.id, client_secret: client.secret, redirect_uris: [redirectUri] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    pkce: { required: () => true },
    cookies: { keys: ['a key of the tests'] },
    findAccount: (_context, id) => ({ accountId: id, claims: async () => ({ ...directory[id], sub: id }) }),
  });
  provider.on('server_error', (_context, error) => console.error(error));
  server.on('request', provider.callback());
  return {
    issuer,
    client,
    stop: () =>
      new Promise<void>((stopped) => {
        server.closeAllConnections();
        server.close(() => stopped());
      }),
  };
}
