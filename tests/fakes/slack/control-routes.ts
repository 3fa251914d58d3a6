import { z } from 'zod';
import type { Control } from './control';
import {
  addChannelSchema,
  addTeamSchema,
  addUserSchema,
  authorizeSchema,
  callFilterSchema,
  clickSchema,
  closeModalSchema,
  configureSchema,
  deliveryFilterSchema,
  disconnectSchema,
  editSchema,
  ephemeralFilterSchema,
  eventSchema,
  installSchema,
  membershipSchema,
  messageSchema,
  openHomeSchema,
  saySchema,
  slashSchema,
  socketSchema,
  submitModalSchema,
  suggestSchema,
  updateChannelSchema,
  updateUserSchema,
} from './control-inputs';
import { faultSchema } from './faults';
import { switchesSchema } from './switches';

/** What a control route answers; `body` is sent as JSON. */
export type ControlAnswer = { status: number; body: unknown };

/**
 * `POST /__sim/<operation>` with the operation's input as JSON, if it takes one; `GET` does the same without input.
 * Answers 400 with a sentence for bad input and for what cannot be done, 404 for an operation that does not exist.
 */
export async function answerControl(control: Control, name: string, input: unknown): Promise<ControlAnswer> {
  if (name === 'health') return { status: 200, body: { ok: true } };
  if (!isOperation(name)) return { status: 404, body: { error: `no operation "${name}"` } };
  const parsed = inputs[name].safeParse(input ?? defaultInput(name));
  if (!parsed.success) return { status: 400, body: { error: `${name}: ${z.prettifyError(parsed.error)}` } };
  try {
    const operation = control[name] as (given: unknown) => unknown; // its schema was just passed
    return { status: 200, body: (await operation(parsed.data)) ?? null };
  } catch (error) {
    return { status: 400, body: { error: error instanceof Error ? error.message : String(error) } };
  }
}

const none = z.any();
const id = z.string().min(1);

const inputs: { [Name in keyof Control]: z.ZodType<Parameters<Control[Name]>[0]> } = {
  reset: z.number().optional(),
  switches: none,
  setSwitches: switchesSchema.partial() as z.ZodType<Partial<z.infer<typeof switchesSchema>>>, // no member comes as undefined over JSON
  configure: configureSchema,
  addFault: faultSchema,
  faults: none,
  clearFaults: none,
  messages: id,
  message: messageSchema,
  thread: messageSchema,
  ephemerals: ephemeralFilterSchema,
  modals: id,
  homes: none,
  calls: callFilterSchema,
  sent: none,
  deliveries: deliveryFilterSchema,
  stats: none,
  click: clickSchema,
  suggest: suggestSchema,
  submitModal: submitModalSchema,
  closeModal: closeModalSchema,
  slash: slashSchema,
  openHome: openHomeSchema,
  event: eventSchema,
  verifyUrl: none,
  sslCheck: none,
  authorize: authorizeSchema,
  say: saySchema,
  editMessage: editSchema,
  deleteMessage: messageSchema,
  teams: none,
  addTeam: addTeamSchema,
  users: none,
  addUser: addUserSchema,
  updateUser: updateUserSchema,
  channels: none,
  addChannel: addChannelSchema,
  updateChannel: updateChannelSchema,
  invite: membershipSchema,
  kick: membershipSchema,
  install: installSchema,
  uninstall: id.optional(),
  revokeToken: id.optional(),
  sockets: none,
  disconnectSocket: disconnectSchema,
  cutSocket: socketSchema,
  advanceClock: z.number().min(0),
  idle: z.number().optional(),
};

export const operations = Object.keys(inputs) as (keyof Control)[];

function isOperation(name: string): name is keyof Control {
  return Object.hasOwn(inputs, name);
}

/** Filters and other inputs whose members are all optional may be left out. */
function defaultInput(name: keyof Control): unknown {
  return inputs[name].safeParse(undefined).success ? undefined : {};
}
