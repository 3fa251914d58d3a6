import { z } from 'zod';

const id = z.string().min(1);
const inputValue = z.union([z.string(), z.array(z.string()), z.null()]);

/**
 * A click, or a choice in a menu. On a message: `channel` and `ts` (`version` 0 is the message as first posted, although
 * it shows something else by now); on a modal: `viewId`; on the Home tab: `home`. `blockId` is needed when several blocks
 * have the same action. `value` is the value of the option chosen.
 */
export const clickSchema = z.strictObject({
  user: id,
  actionId: id,
  blockId: id.optional(),
  channel: id.optional(),
  ts: id.optional(),
  version: z.number().int().min(0).optional(),
  viewId: id.optional(),
  home: z.boolean().optional(),
  value: inputValue.optional(),
});

/** `values` by `block_id`; inputs that are not named keep what they hold. The visible modal unless `viewId` says. */
export const submitModalSchema = z.strictObject({
  user: id,
  viewId: id.optional(),
  values: z.record(z.string(), inputValue).optional(),
});

/** `all`: the × button, which closes the whole stack. */
export const closeModalSchema = z.strictObject({ user: id, viewId: id.optional(), all: z.boolean().optional() });

/** `text` is what follows the command. */
export const slashSchema = z.strictObject({
  user: id,
  channel: id,
  text: z.string().optional(),
  command: z.string().startsWith('/').optional(),
});

/** What a person typed into a menu whose options the app supplies. */
export const suggestSchema = clickSchema.omit({ version: true }).extend({ value: z.string() });

export const openHomeSchema = z.union([id, z.strictObject({ user: id, tab: z.enum(['home', 'messages']) })]);

export const eventSchema = z.strictObject({
  team: id.optional(),
  /** With its `type`; `event_ts` is added. */
  event: z.looseObject({ type: z.string() }),
  user: id.optional(),
  channel: id.optional(),
});

/** The answer of a person on the page to which `url` leads. */
export const authorizeSchema = z.strictObject({
  url: z.string(),
  user: id,
  team: id.optional(),
  allow: z.boolean().optional(),
  enterprise: z.boolean().optional(),
});

export const saySchema = z.strictObject({
  user: id,
  channel: id,
  text: z.string().min(1).max(40_000),
  threadTs: id.optional(),
});

export const addTeamSchema = z.strictObject({
  id: id.optional(),
  name: id,
  domain: id.optional(),
  enterprise: z.strictObject({ id, name: id }).optional(),
});

const userFlags = {
  realName: id.optional(),
  email: z.string().nullable().optional(),
  emailConfirmed: z.boolean().optional(),
  isAdmin: z.boolean().optional(),
  isBot: z.boolean().optional(),
  isRestricted: z.boolean().optional(),
  isUltraRestricted: z.boolean().optional(),
  isStranger: z.boolean().optional(),
  isInvited: z.boolean().optional(),
  deleted: z.boolean().optional(),
};

/** Joins `channels`; a full member of Acme unless told otherwise. */
export const addUserSchema = z.strictObject({
  id: id.optional(),
  team: id.optional(),
  name: id,
  ...userFlags,
  channels: z.array(id).optional(),
});

export const updateUserSchema = z.strictObject({ user: id, name: id.optional(), ...userFlags });

export const addChannelSchema = z.strictObject({
  id: id.optional(),
  team: id.optional(),
  name: id,
  kind: z.enum(['public', 'private']).optional(),
  members: z.array(id).optional(),
  /** Default: the app's bot is a member. */
  withBot: z.boolean().optional(),
  archived: z.boolean().optional(),
  sharedWith: z.array(id).optional(),
});

export const updateChannelSchema = z.strictObject({
  channel: id,
  name: id.optional(),
  kind: z.enum(['public', 'private']).optional(),
  archived: z.boolean().optional(),
  sharedWith: z.array(id).optional(),
});

/** Without `user`, the app's own bot. */
export const membershipSchema = z.strictObject({ channel: id, user: id.optional() });

/** Installs the app without the consent page. `enterprise` is an id. */
export const installSchema = z.strictObject({
  team: id.optional(),
  enterprise: id.optional(),
  scopes: z.array(z.string()).optional(),
  token: id.optional(),
  installedBy: id.optional(),
});

export const messageSchema = z.strictObject({ channel: id, ts: id });
export const editSchema = messageSchema.extend({ text: z.string().min(1).max(40_000) });
export const ephemeralFilterSchema = z.strictObject({ channel: id.optional(), user: id.optional() });
export const callFilterSchema = z.strictObject({
  method: z.string().optional(),
  channel: z.string().optional(),
  team: z.string().optional(),
  ok: z.boolean().optional(),
  afterSequence: z.number().optional(),
});
export const deliveryFilterSchema = z.strictObject({
  kind: z.string().optional(),
  user: z.string().optional(),
  channel: z.string().optional(),
  state: z.string().optional(),
  afterSequence: z.number().optional(),
});
export const socketSchema = z.strictObject({ index: z.number().optional() });
export const disconnectSchema = z.strictObject({
  reason: z.enum(['warning', 'refresh_requested', 'link_disabled']),
  index: z.number().optional(),
});
export const configureSchema = z.strictObject({
  url: z.string().optional(),
  signingSecret: id.optional(),
  commands: z.array(z.string()).optional(),
  events: z.array(z.string()).optional(),
});

export type ClickInput = z.infer<typeof clickSchema>;
export type SubmitModalInput = z.infer<typeof submitModalSchema>;
export type CloseModalInput = z.infer<typeof closeModalSchema>;
export type SlashInput = z.infer<typeof slashSchema>;
export type SuggestInput = z.infer<typeof suggestSchema>;
export type OpenHomeInput = z.infer<typeof openHomeSchema>;
export type EventInput = z.infer<typeof eventSchema>;
export type AuthorizeInput = z.infer<typeof authorizeSchema>;
export type EditInput = z.infer<typeof editSchema>;
export type SayInput = z.infer<typeof saySchema>;
export type AddTeamInput = z.infer<typeof addTeamSchema>;
export type AddUserInput = z.infer<typeof addUserSchema>;
export type UpdateUserInput = z.infer<typeof updateUserSchema>;
export type AddChannelInput = z.infer<typeof addChannelSchema>;
export type UpdateChannelInput = z.infer<typeof updateChannelSchema>;
export type MembershipInput = z.infer<typeof membershipSchema>;
export type InstallInput = z.infer<typeof installSchema>;
export type MessageInput = z.infer<typeof messageSchema>;
export type EphemeralFilter = z.infer<typeof ephemeralFilterSchema>;
export type CallFilter = z.infer<typeof callFilterSchema>;
export type DeliveryFilter = z.infer<typeof deliveryFilterSchema>;
export type SocketInput = z.infer<typeof socketSchema>;
export type DisconnectInput = z.infer<typeof disconnectSchema>;
export type ConfigureInput = z.infer<typeof configureSchema>;
