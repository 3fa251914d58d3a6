import type { JsonObject } from '../wire';
import { type AnsweredCall, describeOutcome } from './outcomes';
import { firstMatch } from './prompt-facts';
import { declares, type PlannedCall, type Script, type Turn, type TurnContext } from './script';

/** Deploys a service, then migrates its database or moves traffic to it: two pauses in one chain. */
export const deployments: Script = {
  name: 'deployments',
  begins: (context) =>
    declares(context, 'deploy_service') && /deploy|release|roll ?out|ship|version/i.test(context.prompt),
  play(context): Turn {
    const { prompt, answered, memory } = context;
    const [last] = answered;
    if (last === undefined)
      return {
        thought: 'All checks of the release are green. Deploying changes a running system, so it needs approval first.',
        calls: [deployCall(prompt)],
      };
    const report = typeof memory.report === 'string' ? memory.report : '';
    const sentence = describeOutcome(last, (changed) => effect(last, changed), doneWord(last));
    const followUp = memory.followedUp === true ? null : followUpCall(context, last);
    if (last.outcome.kind === 'approved' && !last.outcome.failed && followUp !== null)
      return {
        thought: `${sentence} The next step of the release plan is ${followUp.name}.`,
        calls: [followUp],
        memory: { followedUp: true, report: sentence },
      };
    const stopped = last.outcome.kind === 'approved' ? '' : 'I stopped the release there.';
    return {
      thought: 'Nothing is left to do in this release.',
      text: [report, sentence, stopped].filter((part) => part !== '').join(' '),
    };
  },
};

function deployCall(prompt: string): PlannedCall {
  const service =
    firstMatch(prompt, /\b([a-z]+(?:-[a-z]+)*-(?:api|service|worker|web|gateway|db))\b/) ?? 'checkout-api';
  const version = firstMatch(prompt, /\bv?(\d+\.\d+\.\d+(?:-[\w.]+)?)\b/) ?? '2.14.0';
  const environment = firstMatch(prompt, /\b(staging|production|preview)\b/i)?.toLowerCase() ?? 'production';
  const strategy = firstMatch(prompt, /\b(canary|rolling|blue-green)\b/i)?.toLowerCase() ?? 'canary';
  return { name: 'deploy_service', arguments: { service, version, environment, strategy } };
}

function followUpCall(context: TurnContext, deployed: AnsweredCall): PlannedCall | null {
  const used = deployed.outcome.changed ?? deployed.call.arguments;
  const service = used.service ?? 'checkout-api';
  const version = used.version ?? '2.14.0';
  const migration: PlannedCall = {
    name: 'run_migration',
    arguments: { service, migration: '20261118_add_settlement_index', lock_timeout_seconds: 5 },
  };
  const traffic: PlannedCall = { name: 'shift_traffic', arguments: { service, version, percent: 25 } };
  const wanted = /migrat|schema|database|table/i.test(context.prompt) ? [migration, traffic] : [traffic, migration];
  return wanted.find(({ name }) => declares(context, name)) ?? null;
}

function effect({ call }: AnsweredCall, changed: JsonObject | null): string {
  const args = changed ?? call.arguments;
  const service = String(args.service ?? 'the service');
  if (call.name === 'run_migration') return `migration ${String(args.migration)} of ${service}`;
  if (call.name === 'shift_traffic')
    return `the shift of ${String(args.percent)} % of the traffic to ${service} ${String(args.version)}`;
  return `the ${String(args.strategy)} deployment of ${service} ${String(args.version)} to ${String(args.environment)}`;
}

function doneWord({ call }: AnsweredCall): string {
  return call.name === 'run_migration' ? 'was applied' : 'is done';
}
