import { z } from 'zod';
import type { Place } from './installations';

// Slack's own spelling ends in this file. What does not fit is refused before Bolt sees it: Bolt trusts shapes.

const id = z.string().regex(/^[A-Z0-9]{2,40}$/);
const text = z.string().max(10_000);
const team = z.looseObject({ id, domain: text.optional() }).nullish();
const enterprise = z.looseObject({ id }).nullish();
const user = z.looseObject({ id, team_id: id.nullish() });

const common = {
  api_app_id: id,
  user,
  team,
  enterprise,
  is_enterprise_install: z.boolean().nullish(),
  event: z.undefined().optional(), // a body with an `event` would be taken for an event
};

const action = z.looseObject({
  action_id: text,
  block_id: text,
  type: text,
  action_ts: text.optional(),
  value: text.optional(),
});

const view = z.looseObject({
  id: text,
  type: z.enum(['modal', 'home']),
  callback_id: z.string().max(255),
  private_metadata: z.string().max(3_000).nullish(),
  app_installed_team_id: id.nullish(),
  hash: text.nullish(),
  state: z
    .looseObject({ values: z.record(z.string(), z.record(z.string(), z.looseObject({ type: text.optional() }))) })
    .nullish(),
});

const responseUrl = z
  .url({ protocol: /^https?$/ })
  .max(2_000)
  .nullish();

const blockActions = z
  .looseObject({
    ...common,
    type: z.literal('block_actions'),
    actions: z.tuple([action]), // only the first would be dispatched
    trigger_id: text,
    container: z.looseObject({
      type: text,
      channel_id: id.nullish(),
      message_ts: text.nullish(),
      is_ephemeral: z.boolean().nullish(),
    }),
    channel: z.looseObject({ id }).nullish(),
    message: z.looseObject({ app_id: id.nullish(), bot_id: id.nullish() }).nullish(),
    view: view.nullish(),
    response_url: responseUrl,
  })
  .refine(({ container, view: shown }) => container.type !== 'view' || shown != null, 'a view is missing');

const viewPayload = z.looseObject({
  ...common,
  type: z.enum(['view_submission', 'view_closed']),
  view,
  trigger_id: text.nullish(),
});

const suggestion = z.looseObject({ ...common, type: z.literal('block_suggestion'), action_id: text, value: text });

const command = z.looseObject({
  type: z.undefined().optional(),
  event: z.undefined().optional(),
  payload: z.undefined().optional(),
  command: z.string().regex(/^\/\S{1,32}$/),
  text: text.optional(),
  api_app_id: id,
  team_id: id,
  enterprise_id: id.optional(),
  is_enterprise_install: z.enum(['true', 'false']).optional(),
  user_id: id,
  channel_id: id.optional(),
  trigger_id: text.optional(),
  response_url: responseUrl,
});

const event = z.looseObject({
  type: z.literal('event_callback'),
  api_app_id: id,
  team_id: id.nullish(),
  enterprise_id: id.nullish(),
  event_id: z.string().min(1).max(100),
  authorizations: z
    .array(
      z.looseObject({
        team_id: id.nullish(),
        enterprise_id: id.nullish(),
        is_enterprise_install: z.boolean().nullish(),
      }),
    )
    .optional(),
  event: z.looseObject({ type: text, user: text.optional(), tab: text.optional() }),
});

export type BlockActions = z.infer<typeof blockActions>;
export type ViewPayload = z.infer<typeof viewPayload>;
export type Command = z.infer<typeof command>;
export type EventPayload = z.infer<typeof event>;

/** A body of a kind that we take, with the place it came from. */
export type Payload =
  | { kind: 'click'; body: BlockActions }
  | { kind: 'submission' | 'closing'; body: ViewPayload }
  | { kind: 'suggestion'; body: z.infer<typeof suggestion> }
  | { kind: 'command'; body: Command }
  | { kind: 'event'; body: EventPayload };

/** What Slack sent, when it has the shape that its kind must have; null: anything else. */
export function parsePayload(body: unknown): Payload | null {
  const type = z.looseObject({ type: z.string().optional() }).safeParse(body);
  if (!type.success) return null;
  switch (type.data.type) {
    case 'block_actions': {
      const parsed = blockActions.safeParse(body);
      return parsed.success && hasPlace(parsed.data) ? { kind: 'click', body: parsed.data } : null;
    }
    case 'view_submission':
    case 'view_closed': {
      const parsed = viewPayload.safeParse(body);
      if (!parsed.success || !hasPlace(parsed.data)) return null;
      return { kind: parsed.data.type === 'view_submission' ? 'submission' : 'closing', body: parsed.data };
    }
    case 'block_suggestion': {
      const parsed = suggestion.safeParse(body);
      return parsed.success ? { kind: 'suggestion', body: parsed.data } : null;
    }
    case 'event_callback': {
      const parsed = event.safeParse(body);
      return parsed.success ? { kind: 'event', body: parsed.data } : null;
    }
    case undefined: {
      const parsed = command.safeParse(body);
      return parsed.success ? { kind: 'command', body: parsed.data } : null;
    }
    default:
      return null;
  }
}

/** Which installation a payload is for. */
export function placeOf(payload: Payload): Place & { appId: string } {
  switch (payload.kind) {
    case 'command': {
      const { team_id, enterprise_id, is_enterprise_install, api_app_id } = payload.body;
      return {
        teamId: team_id,
        enterpriseId: enterprise_id ?? null,
        enterpriseInstall: is_enterprise_install === 'true',
        appId: api_app_id,
      };
    }
    case 'event': {
      const { team_id, enterprise_id, authorizations, api_app_id } = payload.body;
      const [first] = authorizations ?? [];
      const enterpriseInstall = first?.is_enterprise_install === true;
      return {
        // The workspace of an organisation's event may have an installation of its own, which this is not about.
        teamId: enterpriseInstall ? (first.team_id ?? null) : (first?.team_id ?? team_id ?? null),
        enterpriseId: first?.enterprise_id ?? enterprise_id ?? null,
        enterpriseInstall,
        appId: api_app_id,
      };
    }
    default: {
      const { body } = payload;
      const shown = payload.kind === 'suggestion' ? null : payload.body.view;
      return {
        // A view may be open in another workspace of an organisation than the one that the app is installed in.
        teamId: shown?.app_installed_team_id ?? body.team?.id ?? null,
        enterpriseId: body.enterprise?.id ?? null,
        enterpriseInstall: body.is_enterprise_install === true,
        appId: body.api_app_id,
      };
    }
  }
}

function hasPlace(body: {
  team?: { id: string } | null | undefined;
  enterprise?: { id: string } | null | undefined;
}): boolean {
  return body.team != null || body.enterprise != null;
}

/** What a submitted input holds, as text; null: nothing. */
export function inputText(body: ViewPayload, block: string): string | null {
  const value = z
    .looseObject({
      value: z.string().nullish(),
      selected_option: z.looseObject({ value: z.string() }).nullish(),
    })
    .safeParse(body.view.state?.values[block]?.v);
  if (!value.success) return null;
  return value.data.selected_option?.value ?? value.data.value ?? null;
}
