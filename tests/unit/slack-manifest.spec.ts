import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Services } from '@/lib/services';
import { createAppAddress, manifestFor } from '@/lib/slack/manifest';

const shape = z.object({
  features: z.object({
    app_home: z.record(z.string(), z.boolean()),
    slash_commands: z.array(z.object({ command: z.string(), should_escape: z.boolean(), url: z.string().optional() })),
  }),
  oauth_config: z.object({
    redirect_urls: z.array(z.string()).optional(),
    scopes: z.object({ bot: z.array(z.string()), bot_optional: z.array(z.string()), user: z.undefined().optional() }),
  }),
  settings: z.object({
    event_subscriptions: z.object({ request_url: z.string().optional(), bot_events: z.array(z.string()) }),
    interactivity: z.object({ is_enabled: z.literal(true), request_url: z.string().optional() }),
    socket_mode_enabled: z.boolean(),
    token_rotation_enabled: z.literal(false),
  }),
});
const services = { env: { appUrl: 'https://approvals.acme.example' } } as Pick<Services, 'env'>;

test.each(['http', 'socket'] as const)('over %s, the manifest asks for what is used and no more', (transport) => {
  const manifest = shape.parse(JSON.parse(manifestFor(services, transport)));
  const { bot, bot_optional } = manifest.oauth_config.scopes;
  const optional = ['users:read.email', 'channels:read', 'groups:read', 'channels:history', 'groups:history'];
  expect(bot).toEqual(['chat:write', 'commands', 'users:read', ...optional]);
  expect(bot_optional).toEqual(optional);
  expect(manifest.settings.event_subscriptions.bot_events).toEqual([
    'app_home_opened',
    'app_uninstalled',
    'tokens_revoked',
    'message.channels',
    'message.groups',
  ]);
  expect(manifest.features.app_home).toEqual({
    home_tab_enabled: true,
    messages_tab_enabled: true,
    messages_tab_read_only_enabled: true,
  });
  expect(manifest.features.slash_commands).toMatchObject([{ command: '/countersign', should_escape: true }]);
  expect(manifest.settings.socket_mode_enabled).toBe(transport === 'socket');
});

test('over http every address is ours, and one for events, clicks and the command; a socket needs none', () => {
  const { features, oauth_config, settings } = shape.parse(JSON.parse(manifestFor(services, 'http')));
  const address = 'https://approvals.acme.example/api/slack/events';
  expect(settings.event_subscriptions.request_url).toBe(address);
  expect(settings.interactivity.request_url).toBe(address);
  expect(features.slash_commands[0]?.url).toBe(address);
  expect(oauth_config.redirect_urls).toEqual([
    'https://approvals.acme.example/api/slack/oauth_redirect',
    'https://approvals.acme.example/api/slack/sign_in_redirect',
  ]);
  expect(manifestFor(services, 'socket')).not.toContain('https://');
  expect(createAppAddress(services, 'http').length).toBeLessThan(8_000); // a browser's address
});
