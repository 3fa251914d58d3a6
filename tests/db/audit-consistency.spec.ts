import { afterEach, beforeEach, expect, test } from 'vitest';
import { appendAudit } from '@/lib/audit/append';
import { checkpointWhenGrown } from '@/lib/audit/checkpoint';
import { proveFromCheckpoint } from '@/lib/audit/consistency';
import { logHead } from '@/lib/audit/proofs';
import { publishedKeys, rotateSigningKey, signStatement } from '@/lib/audit/signing-keys';
import { runCommand } from '@/lib/cli/commands';
import { keysOf } from '@/lib/domain/proof/jws';
import { verifyFile } from '@/lib/domain/proof/verify';
import { aPerson } from '@/tests/support/builders';
import { stream } from '@/tests/support/proof';
import { fromWeb, openWorkspace, type Workspace } from './people-fixture';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openWorkspace({ AUDIT_CHECKPOINT_DIR: '/dev/null/none' });
});
afterEach(() => workspace.close());

const auditor = aPerson('auditor', 'auditor');

async function grownBy(count: number): Promise<string> {
  const { services, prisma } = workspace;
  for (let place = 0; place < count; place++) {
    await appendAudit(prisma, services.now(), {
      action: 'run.seen',
      actor: { type: 'system', id: 'countersign', name: 'Countersign' },
      targets: [{ type: 'run', id: `run_${place}` }],
      context: { surface: 'worker' },
      facts: { reason: 'seen' },
    });
  }
  await checkpointWhenGrown(services);
  const newest = await prisma.auditCheckpoint.findFirstOrThrow({ orderBy: { id: 'desc' } });
  return newest.jws;
}

async function verified(file: string) {
  const keys = await keysOf(await publishedKeys(workspace.services));
  return verifyFile(stream(file), { keys });
}

test('a kept checkpoint is proved to be the beginning of the log, over a change of keys too', async () => {
  const { services } = workspace;
  const kept = await grownBy(5);
  expect((await verified((await proveFromCheckpoint(services, kept, auditor)).file)).verdict).toBe('verified');
  await rotateSigningKey(services, await workspace.person('admin'), fromWeb);
  await grownBy(40);
  const proof = await proveFromCheckpoint(services, `${kept}\n`, auditor);
  expect(proof.newerSize).toBeGreaterThan(proof.olderSize + 39);
  expect(await verified(proof.file)).toMatchObject({ kind: 'consistency', verdict: 'verified', faults: [] });
});

test('nothing is proved for strangers, from no checkpoint of ours, or over a history that was changed', async () => {
  const { services, prisma } = workspace;
  const kept = await grownBy(5);
  await grownBy(20);
  const proof = (text: string, by = auditor) => proveFromCheckpoint(services, text, by);
  await expect(proof(kept, aPerson('vera', 'viewer'))).rejects.toMatchObject({ code: 'forbidden' });
  await expect(proof('')).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(proof(`${kept.slice(0, -6)}AAAAAA`)).rejects.toMatchObject({ code: 'invalid_input' });
  const { log, size } = await logHead(prisma);
  const signed = async (statement: object) =>
    (
      await signStatement(services, {
        type: 'countersign.checkpoint',
        log,
        time: '2026-11-22T12:00:00.000Z',
        ...statement,
      })
    ).jws;
  await expect(proof(await signed({ size, root: 'a'.repeat(64), log: 'log_other' }))).rejects.toThrow('another log');
  await expect(proof(await signed({ size: size + 1, root: 'a'.repeat(64) }))).rejects.toThrow('was cut off');
  await expect(proof(await signed({ size: 5, root: 'a'.repeat(64) }))).rejects.toThrow('does not begin with');
});

test('the command prints the proof, and says what it cannot prove', async () => {
  const { services } = workspace;
  await grownBy(3);
  const said: string[] = [];
  const code = await runCommand(['audit', 'prove', '/nowhere'], {
    out: (line) => said.push(line),
    error: (line) => said.push(line),
    readInput: async () => '',
    openServices: () => ({ ...services, db: { ...services.db, close: async () => {} } }) as never,
    stop: new AbortController().signal,
  });
  expect([code, said]).toEqual([1, ['There is no file /nowhere.']]);
});
