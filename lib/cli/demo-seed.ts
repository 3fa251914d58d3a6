import { setTimeout as sleep } from 'node:timers/promises';
import { createAgent } from '@/lib/agents/agents';
import { approvalParts, toApproval } from '@/lib/approvals/store';
import { vote } from '@/lib/approvals/vote';
import type { Ballot } from '@/lib/domain/approval';
import { type AuditContext, system } from '@/lib/domain/audit';
import type { Person, Role } from '@/lib/domain/person';
import { env } from '@/lib/env';
import { createPerson } from '@/lib/people/people';
import { signInLink } from '@/lib/people/sign-in-link';
import { personColumns, toPerson } from '@/lib/people/store';
import { startRun } from '@/lib/runs/start';
import { createServices, type Services } from '@/lib/services';
import { activeInstallations, connectEnvironment, type Installation } from '@/lib/slack/installations';
import { linkAccount } from '@/lib/slack/linking';
import { saveTool, type ToolInput } from '@/lib/tools/tools';
import { createControlClient } from '@/tests/fakes/gemini/control-client';
import { demoAgents, demoRuns } from '@/tests/fakes/gemini/demo-scenarios';
import { createControlClient as createSlackControl } from '@/tests/fakes/slack/control-client';
import { known as slackPeople } from '@/tests/fakes/slack/world';
import { openDemoPolicy } from './demo-policy';

const context: AuditContext = { surface: 'cli' };

/**
 * Fills the demo through the use cases that everybody else uses: people, agents, what is known of their functions, runs,
 * and a few decisions by a colleague, so that there is history. Prints a link that signs in. `--keep`: only the link.
 */
async function main(): Promise<void> {
  const services = createServices(env());
  try {
    const keep = process.argv.includes('--keep');
    const lena = keep ? await knownPerson(services, people.lena.email) : await fill(services);
    if (keep) await registerWebhook(services);
    if (keep) await openSlack(services);
    console.log(
      `Signed in as ${lena.name}, ${lena.role}. She asked for two of these runs herself: those are for Noor to decide.\nWhere it asks who is there, her password, and everybody’s, is ${demoPassword}.`,
    );
    console.log(await signInLink(services, lena.id));
  } finally {
    await services.db.close();
  }
}

const people = {
  lena: { name: 'Lena Brandt', email: 'lena.brandt@countersign.example', role: 'admin' },
  noor: { name: 'Noor Haddad', email: 'noor.haddad@countersign.example', role: 'reviewer' },
  ines: { name: 'Inès Laurent', email: 'ines.laurent@countersign.example', role: 'auditor' },
} satisfies Record<string, { name: string; email: string; role: Role }>;

async function fill(services: Services): Promise<Person> {
  await registerWebhook(services);
  const lena = await addPerson(services, people.lena);
  const noor = await addPerson(services, people.noor);
  await addPerson(services, people.ines);
  await openSlack(services);
  await openDemoPolicy(services, { finance: [lena.id, noor.id], operations: [lena.id, noor.id] });
  for (const tool of tools) await saveTool(services, tool, null, 'system', context);
  for (const { name, description, target, tools: declared, system_instruction, generation_config } of demoAgents) {
    const outcome = await createAgent(
      services,
      {
        name,
        description,
        profile: {
          ...('model' in target ? { model: target.model } : { agent_id: target.agent }),
          tools: declared,
          system_instruction,
          ...(generation_config ? { generation_config } : {}),
        },
      },
      'system',
      context,
    );
    if (outcome.kind !== 'done') throw new Error(`The agent ${name} was refused: ${JSON.stringify(outcome)}`);
  }

  const started: string[] = [];
  for (const run of demoRuns) {
    const { id } = await startRun(services, {
      source: { agent: run.agent },
      input: run.input,
      requester: run.requester,
      metadata: run.metadata,
      by: null,
      actor: system,
      context,
      idempotencyKey: null,
    });
    started.push(id);
  }
  await Promise.all(history.map(({ run, ballot }) => decideAs(services, noor, started[run] ?? '', ballot)));
  return lena;
}

// What Noor has decided before you came: by the place of the run among the demo's.
const history: readonly { run: number; ballot: (callHash: string) => Ballot }[] = [
  {
    run: 0,
    ballot: (callHash) => ({
      callHash,
      verdict: 'approve',
      arguments: null,
      note: 'Both charges are on the statement.',
    }),
  },
  {
    run: 4,
    ballot: (callHash) => ({
      callHash,
      verdict: 'reject',
      reason: 'The settlement migration has no rollback yet. Add one to CHG-1211 first.',
      next: 'stop',
    }),
  },
  { run: 11, ballot: (callHash) => ({ callHash, verdict: 'approve', arguments: null, note: null }) },
];

const slackAccounts = [
  { person: people.lena, user: slackPeople.marta },
  { person: people.noor, user: slackPeople.denis },
];

/** Gives the simulated Slack our people and a channel. It forgets when it stops, so what is open is posted anew. */
async function openSlack(services: Services): Promise<void> {
  const slack = createSlackControl(new URL('../', services.env.slack.apiUrl).href.replace(/\/$/, ''));
  await slack.configure({ commands: ['/countersign'] });
  const installation = await connectedWorkspace(services);
  await services.db.prisma.slackMessage.deleteMany({ where: { settled: false } });
  await services.db.prisma.slackInstallation.update({
    where: { id: installation.id },
    data: { defaultChannel: slackPeople.approvals },
  });
  for (const { person, user } of slackAccounts) {
    const [handle = person.name] = person.email.split('.');
    await slack.updateUser({ user, name: handle, realName: person.name, email: person.email });
    const linked = await linkAccount(services, {
      installation,
      scopeId: slackPeople.team,
      slackUserId: user,
      person: await knownPerson(services, person.email),
      method: 'admin',
      by: 'system',
      context,
    });
    if (linked.kind === 'refused') throw new Error(`${person.email} was not linked: ${linked.message}`);
  }
}

async function connectedWorkspace(services: Services): Promise<Installation> {
  await connectEnvironment(services);
  const [installation] = await activeInstallations(services);
  if (installation === undefined) throw new Error('The simulated Slack did not take our token');
  return installation;
}

async function decideAs(
  services: Services,
  by: Person,
  runId: string,
  ballot: (callHash: string) => Ballot,
): Promise<void> {
  const waitMs = 15_000;
  for (const until = Date.now() + waitMs; Date.now() < until; await sleep(100)) {
    const row = await services.db.prisma.approval.findFirst({
      where: { runId, status: 'pending' },
      include: approvalParts,
    });
    if (row === null) continue;
    const { id, callHash } = toApproval(row);
    await vote(services, { approvalId: id, ballot: ballot(callHash), by, surface: 'api', context: { surface: 'api' } });
    return;
  }
  throw new Error(`Nothing of run ${runId} came to wait within ${waitMs / 1000} s`);
}

// Known, since the demo also asks for it: before what cannot be taken back is approved.
const demoPassword = 'demo-countersign';

async function addPerson(services: Services, person: { name: string; email: string; role: Role }): Promise<Person> {
  const outcome = await createPerson(services, { ...person, password: demoPassword }, 'system', context);
  if (outcome.kind !== 'done') throw new Error(`${person.email} was refused: ${JSON.stringify(outcome)}`);
  return outcome.person;
}

async function knownPerson(services: Services, email: string): Promise<Person> {
  const row = await services.db.prisma.user.findUnique({ where: { email }, select: personColumns });
  if (row === null) throw new Error('There is no demo to go on with. Start it without --keep.');
  return toPerson(row, services.now());
}

// The simulator forgets its webhooks when it stops; the signing secret stays the same.
async function registerWebhook({ env }: Services): Promise<void> {
  const [secret] = env.gemini.webhookSecrets;
  const control = createControlClient(env.gemini.baseUrl);
  await control.registerWebhook({ uri: `${env.appUrl}/api/webhooks/gemini`, ...(secret ? { secret } : {}) });
}

const tool = (
  name: string,
  tier: ToolInput['tier'],
  effectTemplate: string,
  more: Partial<ToolInput> = {},
): ToolInput => ({
  name,
  tier,
  effectTemplate,
  fulfilment: 'answer',
  maskedFields: [],
  riskFields: [],
  deadlineMinutes: null,
  ...more,
});

const tools: readonly ToolInput[] = [
  tool('issue_refund', 2, 'Refund {amount:2} {currency} for order {order_id}', {
    riskFields: ['amount', 'currency', 'order_id'],
    deadlineMinutes: 8 * 60,
  }),
  tool('send_email', 2, 'Send “{subject}” to {to}', { riskFields: ['to', 'subject'] }),
  tool('update_account', 1, 'Tag account {account_id} with {add_tags}'),
  tool('deploy_service', 2, 'Deploy {service} {version} to {environment}', {
    riskFields: ['environment', 'version'],
    deadlineMinutes: 45,
  }),
  tool('run_migration', 3, 'Run the migration {migration} of {service}', { fulfilment: 'manual' }),
  tool('shift_traffic', 1, 'Move {percent} % of the traffic of {service} to {version}'),
  tool('count_records', 0, 'Count what {filter} selects in {table}'),
  tool('delete_records', 3, 'Delete {estimated_rows:0} rows of {table} where {filter}', {
    riskFields: ['table', 'filter', 'estimated_rows'],
  }),
];

await main();
