import { beginDraft, publishDraft } from '@/lib/policies/drafts';
import type { Services } from '@/lib/services';
import { aPolicy } from '@/tests/support/policies';

type PolicyServices = Pick<Services, 'db' | 'now'>;

/** Puts a policy of these rules in force and says its version. */
export async function publish(
  services: PolicyServices,
  rules: readonly unknown[],
  change: Readonly<Record<string, unknown>> = {},
): Promise<number> {
  const context = { surface: 'cli' as const };
  const document = aPolicy(rules, change);
  const draft = await beginDraft(services, { document, note: '' }, 'system', context);
  if (draft.kind !== 'done') throw new Error(`The draft was refused: ${JSON.stringify(draft)}`);
  const before = await services.db.prisma.policyVersion.findFirst({ where: { status: 'published' } });
  const over = before?.version ?? null;
  const outcome = await publishDraft(services, { ...draft, over }, 'system', context);
  if (outcome.kind !== 'published') throw new Error(`Not published: ${JSON.stringify(outcome)}`);
  return outcome.version;
}

/** Makes a group, with these people in it. */
export async function group(
  services: PolicyServices,
  name: string,
  ...people: readonly { id: string }[]
): Promise<void> {
  await services.db.prisma.personGroup.create({
    data: { id: `grp_${name}`, name, members: { create: people.map(({ id }) => ({ userId: id })) } },
  });
}

/** Puts a document in force that nobody could publish: what a broken database would hold. */
export async function force(services: PolicyServices, document: unknown): Promise<void> {
  const { prisma } = services.db;
  await prisma.policyVersion.updateMany({ where: { status: 'published' }, data: { status: 'archived' } });
  await prisma.policyVersion.create({ data: { status: 'published', document: document as object, editors: [] } });
}
