import fs from 'node:fs/promises';
import { policyProblems, runTests } from '@/lib/domain/policy/check';
import { policyDiff } from '@/lib/domain/policy/diff';
import { type PolicyDocument, parsePolicy } from '@/lib/domain/policy/document';
import { policyFromYaml, policyToYaml } from '@/lib/domain/policy/yaml';
import { beginDraft, strangers } from '@/lib/policies/drafts';
import type { Services } from '@/lib/services';
import { type Command, Failure, type Terminal } from './command';

/** Prints a policy as a file. */
export const exportPolicyCommand: Command = {
  usage: 'policy export [--version N]',
  does: 'Prints the policy in force, or one version of it, as YAML.',
  options: { version: { type: 'string' } },
  async run({ services, option }, terminal) {
    const wanted = option('version');
    const row = await services.db.prisma.policyVersion.findFirst({
      where: wanted === null ? { status: 'published' } : { version: Number(wanted) || 0 },
    });
    const parsed = row && parsePolicy(row.document);
    if (!parsed?.ok) throw new Failure('There is no such version. The Policies page lists them.');
    terminal.out(policyToYaml(parsed.document).trimEnd());
  },
};

/** Makes a draft of a file. */
export const importPolicyCommand: Command = {
  usage: 'policy import FILE [--note TEXT]',
  does: 'Makes a draft of a policy from a YAML file, or from standard input for “-”. Publishing is done on its page.',
  options: { note: { type: 'string' } },
  positionals: 1,
  async run({ services, option, positionals: [file = ''] }, terminal) {
    const document = await readPolicy(file, terminal);
    await tellDifference(services, document, terminal);
    const outcome = await beginDraft(services, { document, note: option('note') ?? '' }, 'system', { surface: 'cli' });
    if (outcome.kind !== 'done') throw new Failure('The draft was refused.');
    terminal.out(`Draft ${outcome.version} is made: ${services.env.appUrl}/policies/${outcome.version}`);
  },
};

/** Says whether a file could be published, and what it would change. */
export const checkPolicyCommand: Command = {
  usage: 'policy check FILE',
  does: 'Checks a YAML file: its form, its expressions, its tests, the groups and people that it names; and compares it with what is in force.',
  options: {},
  positionals: 1,
  async run({ services, positionals: [file = ''] }, terminal) {
    const document = await readPolicy(file, terminal);
    const problems = [...policyProblems(document), ...(await strangers(services.db.prisma, document))];
    for (const { path, message } of problems) terminal.error(`${path}: ${message}`);
    const tests = runTests(document);
    terminal.out(
      `${document.rules.length} rules, ${tests.filter(({ passed }) => passed).length} of ${tests.length} tests pass.`,
    );
    await tellDifference(services, document, terminal);
    if (problems.length > 0) throw new Failure('It cannot be published as it is.');
  },
};

async function readPolicy(file: string, terminal: Terminal): Promise<PolicyDocument> {
  const text = file === '-' ? await terminal.readInput() : await fs.readFile(file, 'utf8').catch(() => null);
  if (text === null) throw new Failure(`${file} cannot be read.`);
  const read = policyFromYaml(text);
  if (read.ok) return read.document;
  for (const { path, message, line } of read.problems) {
    terminal.error(`${line === null ? '' : `line ${line}: `}${path ? `${path}: ` : ''}${message}`);
  }
  throw new Failure(`${file} is no policy.`);
}

async function tellDifference(services: Services, document: PolicyDocument, terminal: Terminal): Promise<void> {
  const row = await services.db.prisma.policyVersion.findFirst({ where: { status: 'published' } });
  const parsed = row && parsePolicy(row.document);
  if (!parsed?.ok) return;
  const { rules, other } = policyDiff(parsed.document, document);
  if (rules.length === 0 && other.length === 0) terminal.out(`The same as version ${row?.version}, which is in force.`);
  else terminal.out(`Against version ${row?.version}, which is in force:`);
  for (const { kind, name } of rules) terminal.out(`  ${kind} ${name}`);
  for (const what of other) terminal.out(`  ${what}`);
}
