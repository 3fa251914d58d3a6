import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { archiveAgent, createAgent, restoreAgent, updateAgent } from '@/lib/agents/agents';
import { listAgents } from '@/lib/agents/queries';
import { findTool, listTools } from '@/lib/tools/queries';
import { saveTool, type ToolInput } from '@/lib/tools/tools';
import { fromWeb, openWorkspace, type Workspace } from './people-fixture';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openWorkspace();
});
afterEach(() => workspace.close());

const refund = { type: 'function', name: 'refund_payment', parameters: { type: 'object' } };
const billing = {
  name: 'Billing',
  profile: { model: 'gemini-3-flash', tools: [refund, { type: 'google_search' }] },
  adoptForeign: true,
};
const described: ToolInput = {
  name: 'refund_payment',
  tier: 2,
  effectTemplate: 'Refund {amount}',
  fulfilment: 'answer',
  maskedFields: ['card', 'card'],
  riskFields: [],
  deadlineMinutes: 60,
};

async function added(input: Parameters<typeof createAgent>[1] = billing): Promise<string> {
  const outcome = await createAgent(workspace.services, input, 'system', fromWeb);
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
  return outcome.id;
}

describe('a profile that Gemini would refuse at the resume is refused at once', () => {
  const profiles: [string, unknown, unknown[]][] = [
    ['neither model nor agent', { tools: [] }, ['model']],
    ['both', { model: 'm', agent_id: 'a' }, ['model']],
    ['a member that nobody knows', { model: 'm', temperature: 1 }, []],
    ['a function without a name', { model: 'm', tools: [{ type: 'function' }] }, ['tools', 0]],
    ['two functions of one name', { model: 'm', tools: [refund, refund] }, ['tools', 1, 'name']],
    [
      'parameters that are no schema',
      { model: 'm', tools: [{ ...refund, parameters: { type: 'nonsense' } }] },
      ['tools', 0, 'parameters'],
    ],
    ['tools that are no list', { model: 'm', tools: {} }, ['tools']],
  ];
  test.each(profiles)('%s', async (_name, profile, path) => {
    const outcome = await createAgent(workspace.services, { name: 'A', profile }, 'system', fromWeb);
    expect(outcome).toMatchObject({ kind: 'invalid', problems: [{ path }] });
    expect(await workspace.prisma.agent.count()).toBe(0);
  });
});

test('each change of an agent is a new version, and nobody overwrites what they did not see', async () => {
  const { services, prisma } = workspace;
  const id = await added();
  const outcomes = await Promise.all(
    ['One', 'Two'].map((name) => updateAgent(services, id, 1, { ...billing, name }, 'system', fromWeb)),
  );
  expect(outcomes.map((outcome) => outcome.kind).sort()).toEqual(['done', 'refused']);
  expect((await prisma.agent.findUniqueOrThrow({ where: { id } })).version).toBe(2);
  expect(await workspace.actions()).toEqual(['agent.created', 'agent.updated']);
});

test('a name is taken once, in whatever case, also by two at once', async () => {
  const { services } = workspace;
  const outcomes = await Promise.all(
    ['Billing', 'BILLING'].map((name) => createAgent(services, { name, profile: billing.profile }, 'system', fromWeb)),
  );
  expect(outcomes.map((outcome) => outcome.kind).sort()).toEqual(['done', 'refused']);
});

test('one agent adopts the foreign runs of a model; archived, it leaves them to another', async () => {
  const { services } = workspace;
  const id = await added();
  const other = { ...billing, name: 'Other' };
  expect(await createAgent(services, other, 'system', fromWeb)).toMatchObject({ reason: 'target_taken' });
  await archiveAgent(services, id, 'system', fromWeb);
  expect(await createAgent(services, other, 'system', fromWeb)).toMatchObject({ kind: 'done' });
  expect(await restoreAgent(services, id, 'system', fromWeb)).toMatchObject({ reason: 'target_taken' });
});

test('the list of agents counts their functions and puts archived ones last', async () => {
  const viewer = await workspace.person('viewer');
  const id = await added();
  await added({ name: 'Zebra', profile: { agent_id: 'zebra' } });
  await archiveAgent(workspace.services, id, 'system', fromWeb);
  expect(await listAgents(workspace.services, viewer)).toMatchObject([
    { name: 'Zebra', target: 'zebra', functions: 0, archivedAt: null },
    { name: 'Billing', target: 'gemini-3-flash', functions: 1, adoptForeign: true },
  ]);
});

test('functions are listed from wherever they are known, those that nobody described first', async () => {
  const { services } = workspace;
  const viewer = await workspace.person('viewer');
  await added();
  await added({ name: 'Mail', profile: { model: 'm', tools: [{ type: 'function', name: 'send_mail' }] } });
  await saveTool(services, described, null, 'system', fromWeb);
  await saveTool(services, { ...described, name: 'never_seen' }, null, 'system', fromWeb);
  await services.db.prisma.hold.create({ data: { scope: 'tool', key: 'send_mail', since: new Date(), setBy: 'x' } });
  expect(await listTools(services, viewer)).toMatchObject({
    undescribed: 1,
    known: 3,
    tools: [
      { name: 'send_mail', settings: null, agents: ['Mail'], stopped: true, calls: '0' },
      { name: 'never_seen', settings: { tier: 2 }, agents: [], stopped: false },
      { name: 'refund_payment', settings: { tier: 2, maskedFields: ['card'] }, agents: ['Billing'] },
    ],
  });
  const found = async (words: string) => (await listTools(services, viewer, words)).tools.map(({ name }) => name);
  expect(await found('PAYMENT bill')).toEqual(['refund_payment']);
  expect(await found('refund {amount}')).toEqual(['never_seen', 'refund_payment']);
  expect(await found('nothing')).toEqual([]);
  expect(await findTool(services, viewer, 'refund_payment')).toMatchObject({ version: 1, agents: ['Billing'] });
  expect(await findTool(services, viewer, 'unknown')).toBeNull();
});

test('a function is not overwritten by somebody who saw an older version of it', async () => {
  const { services } = workspace;
  expect(await saveTool(services, described, 0, 'system', fromWeb)).toEqual({ kind: 'done', version: 1 });
  expect(await saveTool(services, described, 0, 'system', fromWeb)).toMatchObject({ reason: 'changed_meanwhile' });
  const both = await Promise.all([1, 1].map((seen) => saveTool(services, described, seen, 'system', fromWeb)));
  expect(both.map((outcome) => outcome.kind).sort()).toEqual(['done', 'refused']);
  expect(await saveTool(services, described, null, 'system', fromWeb)).toEqual({ kind: 'done', version: 3 });
});

test('the history says which parts of a function were changed', async () => {
  const { services, prisma } = workspace;
  await saveTool(services, described, 0, 'system', fromWeb);
  await saveTool(services, { ...described, tier: 3, maskedFields: ['card', 'iban'] }, 1, 'system', fromWeb);
  await saveTool(services, { ...described, tier: 3, maskedFields: ['card', 'iban'] }, 2, 'system', fromWeb);
  const entries = await prisma.auditEntry.findMany({ where: { action: 'tool.updated' }, orderBy: { seq: 'asc' } });
  expect(entries.map(({ metadata }) => metadata)).toMatchObject([
    { changed: 'everything' },
    { changed: 'tier, masked fields' },
    { changed: 'nothing' },
  ]);
});

test('a function has the fields of its schema, as the agent that changed last declares it', async () => {
  const { services } = workspace;
  const viewer = await workspace.person('viewer');
  const declares = (properties: object) => ({
    model: 'm',
    tools: [{ type: 'function', name: 'pay', parameters: { type: 'object', required: ['iban'], properties } }],
  });
  await added({ name: 'One', profile: declares({ iban: { type: 'string' } }) });
  expect((await findTool(services, viewer, 'pay'))?.fields).toMatchObject([
    { path: 'iban', type: 'text', required: true },
  ]);
});
