import type { Services } from '@/lib/services';
import http from './slack-manifest.http.json';
import socket from './slack-manifest.socket.json';

const placeholder = 'https://countersign.example.com';

/** The manifest that Slack makes our app from, with this installation's own address filled in. */
export function manifestFor({ env }: Pick<Services, 'env'>, transport: 'http' | 'socket'): string {
  const text = JSON.stringify(transport === 'http' ? http : socket, null, 2);
  return text.replaceAll(placeholder, env.appUrl);
}

/** The page at Slack that makes an app from a manifest. */
export function createAppAddress(services: Pick<Services, 'env'>, transport: 'http' | 'socket'): string {
  const manifest = JSON.stringify(JSON.parse(manifestFor(services, transport)));
  return `https://api.slack.com/apps?new_app=1&manifest_json=${encodeURIComponent(manifest)}`;
}
