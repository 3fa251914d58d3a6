import fs from 'node:fs';
import path from 'node:path';
import type { AuditContext } from '@/lib/domain/audit';
import { policyFromYaml } from '@/lib/domain/policy/yaml';
import { createGroup, setMembers } from '@/lib/people/groups';
import { beginDraft, publishDraft } from '@/lib/policies/drafts';
import type { Services } from '@/lib/services';

const context: AuditContext = { surface: 'cli' };

/** The demo's policy as it stands in its file. */
export function demoPolicyText(): string {
  return fs.readFileSync(path.join(import.meta.dirname, 'demo-policy.yaml'), 'utf8');
}

/** Makes the groups that the demo's policy names, and puts it in force. */
export async function openDemoPolicy(
  services: Services,
  groups: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  for (const [name, people] of Object.entries(groups)) {
    const made = await createGroup(services, { name }, 'system', context);
    if (made.kind === 'refused') throw new Error(`The group ${name} was refused: ${made.message}`);
    await setMembers(services, made.group.id, people, 'system', context);
  }
  const read = policyFromYaml(demoPolicyText());
  if (!read.ok) throw new Error(`The demo’s policy is none: ${JSON.stringify(read.problems)}`);
  const note = 'How the demo decides.';
  const draft = await beginDraft(services, { document: read.document, note }, 'system', context);
  if (draft.kind !== 'done') throw new Error(`The demo’s policy was refused: ${JSON.stringify(draft)}`);
  const outcome = await publishDraft(services, { ...draft, over: 1 }, 'system', context);
  if (outcome.kind !== 'published') throw new Error(`The demo’s policy is not in force: ${JSON.stringify(outcome)}`);
}
