import type { Transaction } from '@/lib/db';
import { type Policy, policyOf } from '@/lib/domain/policy/judge';

/** The policy in force, and the draft that is evaluated beside it, if there is one. */
export type PoliciesInForce = Readonly<{ published: Policy; shadow: Policy | null }>;

/**
 * Reads what judges now. There is always something that can: where nothing is published, or what is published cannot be read,
 * everything goes to people.
 */
export async function policiesInForce(tx: Transaction): Promise<PoliciesInForce> {
  const rows = await tx.$queryRaw<StoredPolicy[]>`
    select version, status, document::text as text from policy_version where status = 'published' or shadow`;
  const published = rows.find((row) => row.status === 'published');
  const shadow = rows.find((row) => row.status === 'draft');
  return {
    published: published ? compiled(published) : policyOf(null, 0),
    shadow: shadow ? compiled(shadow) : null,
  };
}

/** Makes changes to drafts and to what is published take turns until the transaction ends. */
export async function lockPolicies(tx: Transaction): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('countersign.policies'))`;
}

type StoredPolicy = { version: number; status: string; text: string };

// Compiling takes a millisecond or two, and the same text always comes to the same policy.
const kept = new Map<string, Policy>();
const mostKept = 16;

function compiled({ version, text }: StoredPolicy): Policy {
  const key = `${version} ${text}`;
  const known = kept.get(key);
  if (known) return known;
  const policy = policyOf(JSON.parse(text), version);
  if (kept.size >= mostKept) kept.clear();
  kept.set(key, policy);
  return policy;
}
