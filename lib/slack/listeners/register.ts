import type { App } from '@slack/bolt';
import type { Services } from '@/lib/services';
import { registerActions } from './actions';
import { registerClaims } from './claims';
import { registerCommand } from './command';
import { registerEvents } from './events';
import { registerHolds } from './holds';
import { registerSubmissions } from './submissions';
import { registerThread } from './thread';

/** Everything that is heard from Slack, whether it comes over HTTP or over the socket. */
export function registerListeners(app: App, services: Services): void {
  registerActions(app, services);
  registerSubmissions(app, services);
  registerCommand(app, services);
  registerClaims(app, services);
  registerHolds(app, services);
  registerEvents(app, services);
  registerThread(app, services);
  app.view({ type: 'view_closed', callback_id: /.*/ }, async ({ ack }) => ack());
}
