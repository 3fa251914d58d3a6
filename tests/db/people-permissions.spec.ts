import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { archiveAgent, createAgent, restoreAgent, updateAgent } from '@/lib/agents/agents';
import { findAgent, listAgents } from '@/lib/agents/queries';
import { type Person, type Role, roles } from '@/lib/domain/person';
import { GeminiError } from '@/lib/gemini';
import { readHealth } from '@/lib/health/health';
import { hold, release } from '@/lib/holds/holds';
import { endSessionsOf, listSessionsOf } from '@/lib/people/account';
import { resetFactors } from '@/lib/people/factors';
import { changeGroup, createGroup, deleteGroup, listGroups, setMembers } from '@/lib/people/groups';
import { invite, listInvitations, renewInvitation, revokeInvitation } from '@/lib/people/invitations';
import {
  changeRole,
  createPerson,
  deactivatePerson,
  findPerson,
  listPeople,
  reactivatePerson,
  setPassword,
  setSeatEnd,
} from '@/lib/people/people';
import { changeSignInRules } from '@/lib/people/sign-in-rules';
import { changeSettings } from '@/lib/settings/change';
import {
  checkWebhook,
  enableWebhook,
  forgetWebhook,
  listWebhooks,
  pingWebhook,
  registerWebhook,
  rotateSecret,
} from '@/lib/settings/gemini-webhook';
import { findTool, listTools } from '@/lib/tools/queries';
import { saveTool, type ToolInput } from '@/lib/tools/tools';
import { findEvent, listEvents } from '@/lib/webhooks/queries';
import { aPassword, fromWeb, openWorkspace, type Workspace } from './people-fixture';

let workspace: Workspace;
let other: Person;
const actors = new Map<Role, Person>();
beforeAll(async () => {
  workspace = await openWorkspace();
  other = await workspace.person('viewer', 'Other');
  for (const role of roles) actors.set(role, await workspace.person(role));
});
afterAll(() => workspace.close());

const services = () => workspace.services;
const away = () => Promise.reject(new GeminiError('away'));
const withGemini = () => ({
  ...workspace.services,
  gemini: {
    configured: true,
    start: away,
    resume: away,
    read: away,
    webhooks: { create: away, read: away, enable: away, ping: away, rotate: away },
  },
});
const agent = { name: 'Agent', profile: { model: 'm' } };
const tool: ToolInput = {
  name: 'f',
  tier: 2,
  effectTemplate: '',
  fulfilment: 'answer',
  maskedFields: [],
  riskFields: [],
  deadlineMinutes: null,
};

const useCases: readonly [string, readonly Role[], (by: Person) => Promise<unknown>][] = [
  ['list people', ['auditor', 'admin'], (by) => listPeople(services(), by)],
  [
    'add a person',
    ['admin'],
    (by) =>
      createPerson(services(), { name: 'N', email: 'n@example.com', role: 'viewer', password: aPassword }, by, fromWeb),
  ],
  ['change a role', ['admin'], (by) => changeRole(services(), other.id, 'reviewer', by, fromWeb)],
  ['deactivate', ['admin'], (by) => deactivatePerson(services(), other.id, by, fromWeb)],
  ['let in again', ['admin'], (by) => reactivatePerson(services(), other.id, by, fromWeb)],
  [
    'set the password of another',
    ['admin'],
    (by) => setPassword(services(), { personId: other.id, password: aPassword }, by, fromWeb),
  ],
  [
    'set their own password',
    roles,
    (by) => setPassword(services(), { personId: by.id, password: aPassword, current: aPassword }, by, fromWeb),
  ],
  ['set a last day', ['admin'], (by) => setSeatEnd(services(), other.id, null, by, fromWeb)],
  ['read a person', ['admin'], (by) => findPerson(services(), by, other.id)],
  ['list the sessions of another', ['admin'], (by) => listSessionsOf(services(), by, other.id)],
  [
    'end the sessions of another',
    ['admin'],
    (by) => endSessionsOf(services(), by, other.id, null, fromWeb).then(() => 'ended'),
  ],
  ['remove the second factors of another', ['admin'], (by) => resetFactors(services(), other.id, by, fromWeb)],
  ['say who needs a second factor', ['admin'], (by) => changeSignInRules(services(), {}, by, fromWeb)],
  ['list invitations', ['admin'], (by) => listInvitations(services(), by)],
  [
    'invite somebody',
    ['admin'],
    (by) => invite(services(), { email: 'i@example.com', role: 'viewer', groupIds: [] }, by, fromWeb),
  ],
  ['renew an invitation', ['admin'], (by) => renewInvitation(services(), 'inv', by, fromWeb)],
  [
    'take an invitation back',
    ['admin'],
    (by) => revokeInvitation(services(), 'inv', by, fromWeb).then(() => 'taken back'),
  ],
  ['list groups', ['auditor', 'admin'], (by) => listGroups(services(), by)],
  ['make a group', ['admin'], (by) => createGroup(services(), { name: 'g' }, by, fromWeb)],
  ['rename a group', ['admin'], (by) => changeGroup(services(), 'grp', { name: 'h' }, by, fromWeb)],
  ['choose the members of a group', ['admin'], (by) => setMembers(services(), 'grp', [], by, fromWeb)],
  ['delete a group', ['admin'], (by) => deleteGroup(services(), 'grp', by, fromWeb)],
  [
    'stop everything',
    ['admin'],
    (by) => hold(services(), { scope: 'everything', key: '', reason: 'Why' }, by, fromWeb),
  ],
  [
    'release everything',
    ['admin'],
    (by) => release(services(), { scope: 'everything', key: '', reason: 'Why' }, by, fromWeb),
  ],
  ['list agents', roles, (by) => listAgents(services(), by)],
  ['read an agent', roles, (by) => findAgent(services(), by, 'agt')],
  ['add an agent', ['admin'], (by) => createAgent(services(), agent, by, fromWeb)],
  ['change an agent', ['admin'], (by) => updateAgent(services(), 'agt', 1, agent, by, fromWeb)],
  ['archive an agent', ['admin'], (by) => archiveAgent(services(), 'agt', by, fromWeb)],
  ['bring an agent back', ['admin'], (by) => restoreAgent(services(), 'agt', by, fromWeb)],
  ['list functions', roles, (by) => listTools(services(), by)],
  ['read a function', roles, (by) => findTool(services(), by, 'f')],
  ['describe a function', ['admin'], (by) => saveTool(services(), tool, null, by, fromWeb)],
  ['list events', ['reviewer', 'auditor', 'admin'], (by) => listEvents(services(), by)],
  ['read an event', ['reviewer', 'auditor', 'admin'], (by) => findEvent(services(), by, 'evt')],
  ['read the health', ['reviewer', 'auditor', 'admin'], (by) => readHealth(services(), by)],
  ['change settings', ['admin'], (by) => changeSettings(services(), { fourEyes: false }, by, fromWeb)],
  ['list webhooks', ['admin'], (by) => listWebhooks(services(), by)],
  ['register a webhook', ['admin'], (by) => registerWebhook(withGemini(), by, fromWeb)],
  ['rotate a secret', ['admin'], (by) => rotateSecret(withGemini(), 'wh', by, fromWeb)],
  ['read a webhook', ['admin'], (by) => checkWebhook(withGemini(), 'wh', by, fromWeb)],
  ['turn a webhook on', ['admin'], (by) => enableWebhook(withGemini(), 'wh', by, fromWeb)],
  ['have a test sent', ['admin'], (by) => pingWebhook(withGemini(), 'wh', by)],
  ['forget a webhook', ['admin'], (by) => forgetWebhook(withGemini(), 'wh', by, fromWeb)],
];

describe.each(useCases)('%s', (_name, allowed, act) => {
  test.each(roles)('as %s', async (role) => {
    const by = actors.get(role);
    if (by === undefined) throw new Error(`nobody has the role ${role}`);
    if (allowed.includes(role)) await expect(act(by)).resolves.toBeDefined();
    else {
      const before = (await workspace.actions()).length;
      await expect(act(by)).rejects.toMatchObject({ name: 'AppError', code: 'forbidden' });
      expect((await workspace.actions()).length).toBe(before);
    }
    await expect(act({ ...by, active: false })).rejects.toMatchObject({ code: 'forbidden' });
  });
});
