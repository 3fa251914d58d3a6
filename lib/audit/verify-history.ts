import type { Transaction } from '@/lib/db';
import type { JsonObject } from '@/lib/domain/json';
import { keysOf, verifyJws } from '@/lib/domain/proof/jws';
import { personalText, type SealedEntry } from '@/lib/domain/proof/leaf';
import { compactRange, sameBytes, type TreeNode, toHex } from '@/lib/domain/proof/merkle';
import { checkpointIn } from '@/lib/domain/proof/statements';
import type { Services } from '@/lib/services';
import { readCheckpointFiles } from './checkpoint-directory';
import { type Finding, type FindingList, findingList } from './findings';
import { commitment, leafHashOf, sha256 } from './hashes';
import { publishedKeys } from './signing-keys';
import { toSealed } from './store';
import { treeSize } from './tree-store';
import { comparePasskeys, type SignedVoteEntry } from './verify-passkeys';
import {
  entriesBesideTheTree,
  leavesFrom,
  nodesBeyond,
  nodesCompletedBy,
  placesOfHashes,
  type StoredLeaf,
} from './verify-store';

const batchSize = 2_000;
const named = 100; // of things found all at once

export type VerifiedHistory = Readonly<{
  size: number;
  root: string;
  checkpoints: number;
  findings: readonly Finding[];
  findingCount: number;
}>;

/**
 * Reads the whole history in the order of the log, in memory that does not grow with it, and compares four things: each
 * entry with its leaf, the tree with its leaves, the roots with every checkpoint in the database and in the directory, and
 * what the entries say of passkeys with the signatures kept beside the votes.
 * So it names what was changed: an entry, the tree, or, when somebody changed both alike, what was signed before.
 * Entries that are not in the tree yet are left out: let it grow before.
 */
export async function verifyHistory(
  services: Pick<Services, 'db' | 'env'>,
  onProgress: (checked: number, size: number) => Promise<void> = async () => undefined,
): Promise<VerifiedHistory> {
  const { prisma } = services.db;
  const found = findingList();
  // In this order: what is signed meanwhile is over more than is looked at here.
  const signed = await readSigned(services, found);
  const size = await treeSize(prisma);
  const tree = compactRange(sha256);
  const order: Order = { tx: 0n, seq: 0n, restored: 0, broken: [] };
  let whole = true; // until a leaf is missing: from there on no root can be rebuilt
  const roots = rootComparison(signed);
  roots.compare(0, sha256(new Uint8Array()));

  for (let at = 0; at < size; ) {
    const leaves = (await leavesFrom(prisma, at, Math.min(batchSize, size - at))).filter(({ index }) => index < size);
    await compareEntries(prisma, found, leaves, order);
    const to = Math.min(at + batchSize, (leaves.at(-1)?.index ?? size - 1) + 1);
    const made: TreeNode[] = [];
    for (const leaf of leaves) {
      if (leaf.index !== at) {
        found.add({ code: 'node_missing', message: missingLeaf(at, leaf.index), leaf: at });
        whole = false;
        at = leaf.index;
      }
      at += 1;
      if (!whole) continue;
      made.push(...tree.add(leaf.hash).filter(({ level }) => level > 0));
      if (signed.has(at)) roots.compare(at, tree.root());
    }
    if (leaves.length === 0) {
      found.add({ code: 'node_missing', message: missingLeaf(at, size), leaf: at });
      whole = false;
      at = size;
    }
    if (whole) compareNodes(found, made, await nodesCompletedBy(prisma, to - leaves.length, to));
    await onProgress(at, size);
  }

  // Another server counts transactions anew: each time that this was noticed, the order may break once.
  if (order.broken.length > order.restored) for (const finding of order.broken) found.add(finding);
  roots.tell(found);
  for (const { id } of await entriesBesideTheTree(prisma, named)) {
    found.add({
      code: 'entry_added',
      message: `The entry ${id} was put among older ones after they were in the log.`,
      entry: id,
    });
  }
  for (const { level, index } of await nodesBeyondTheTree(prisma)) {
    found.add({
      code: 'node_added',
      message: `The tree has a node (level ${level}, place ${index}) over entries that it does not have.`,
    });
  }
  const longest = Math.max(0, ...signed.keys());
  if (longest > size) {
    const [witness] = signed.get(longest) ?? [];
    found.add({
      code: 'history_cut',
      message: `The history is cut off after ${size} entries: ${witness?.name ?? 'a checkpoint'} was signed over ${longest}.`,
      leaf: size,
    });
  }
  const checkpoints = [...signed.values()].reduce((sum, some) => sum + some.length, 0);
  const root = toHex(whole ? tree.root() : sha256(new Uint8Array()));
  return { size, root, checkpoints, findings: found.kept(), findingCount: found.count() };
}

/** A checkpoint whose signature holds. */
type Signed = Readonly<{ name: string; size: number; root: string }>;
type Order = { tx: bigint; seq: bigint; restored: number; broken: Finding[] };

/** Every checkpoint, here and in the directory, by the size that it was signed over; those that do not hold are findings. */
async function readSigned(
  services: Pick<Services, 'db' | 'env'>,
  found: FindingList,
): Promise<ReadonlyMap<number, readonly Signed[]>> {
  const { prisma } = services.db;
  const { origin } = await prisma.auditLog.findFirstOrThrow({ select: { origin: true } });
  const keys = (await keysOf(await publishedKeys(services))) ?? new Map();
  const bySize = new Map<number, Signed[]>();
  const here = new Set<string>();
  const read = async (jws: string, name: string): Promise<Signed | null> => {
    const outcome = await verifyJws(jws, keys);
    if (outcome.kind === 'unknown_key') {
      found.add({ code: 'checkpoint_unknown_key', message: `${name} is signed by a key that is none of ours.` });
      return null;
    }
    const statement = outcome.kind === 'valid' ? checkpointIn(outcome.payload) : null;
    if (statement === null) {
      found.add({ code: 'checkpoint_forged', message: `${name} was not signed by us: its signature does not hold.` });
      return null;
    }
    if (statement.log !== origin) {
      found.add({ code: 'checkpoint_differs', message: `${name} is of another log, ${statement.log}.` });
      return null;
    }
    return { name, size: statement.size, root: statement.root };
  };
  const keep = (signed: Signed) => bySize.set(signed.size, [...(bySize.get(signed.size) ?? []), signed]);

  for (let after = 0n; ; ) {
    const rows = await prisma.auditCheckpoint.findMany({
      where: { id: { gt: after } },
      orderBy: { id: 'asc' },
      take: batchSize,
    });
    for (const row of rows) {
      const name = `The checkpoint ${row.id} of ${row.createdAt.toISOString()}`;
      here.add(row.jws);
      const signed = await read(row.jws, name);
      if (signed === null) continue;
      if (Number(row.size) !== signed.size || toHex(row.root) !== signed.root) {
        found.add({ code: 'checkpoint_changed', message: `${name} does not say what was signed.` });
      }
      keep(signed);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < batchSize) break;
    after = last.id;
  }
  try {
    for await (const { file, jws } of readCheckpointFiles(services, origin)) {
      if (here.has(jws)) continue;
      const name = `The checkpoint in the file ${file}`;
      const signed = await read(jws, name);
      if (signed === null) continue;
      found.add({ code: 'checkpoint_missing', message: `${name} is not in the database any more.` });
      keep(signed);
    }
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    const place = await prisma.checkpointPlace.findUnique({ where: { kind: 'directory' } });
    // Before anything was written there it need not exist.
    if (place !== null && place.upTo > 0n) {
      found.add({
        code: 'checkpoint_missing',
        message: `The directory with the checkpoints cannot be read (${error.code}): what was signed outside the database was not compared.`,
      });
    }
  }
  return bySize;
}

/** Entries with their leaves, and what is said of people with their entries. */
async function compareEntries(
  tx: Transaction,
  found: FindingList,
  leaves: readonly StoredLeaf[],
  order: Order,
): Promise<void> {
  const changed: { leaf: StoredLeaf; hash: Uint8Array }[] = [];
  const sealed = new Map<string, Readonly<Record<string, string>>>();
  const signed: SignedVoteEntry[] = [];
  for (const leaf of leaves) {
    const { entry, index } = leaf;
    if (entry === null) {
      found.add({
        code: 'entry_missing',
        message: `The entry ${leaf.entryId} (place ${index}) is gone.`,
        entry: leaf.entryId,
        leaf: index,
      });
      continue;
    }
    const read = readEntry(entry);
    if (read === null || !sameBytes(read.hash, leaf.hash)) changed.push({ leaf, hash: read?.hash ?? new Uint8Array() });
    else {
      sealed.set(entry.id, read.personal);
      if (read.passkey !== null) signed.push({ entry: entry.id, leaf: index, ...read.passkey });
    }
    const inOrder = entry.tx > order.tx || (entry.tx === order.tx && entry.seq > order.seq);
    if (!inOrder && order.broken.length < named) {
      order.broken.push({
        code: 'entry_moved',
        message: `The entry ${entry.id} (place ${index}), or the one before it, was numbered anew: they are not in the order in which they were written.`,
        entry: entry.id,
        leaf: index,
      });
    }
    if (entry.action === 'audit.restored') order.restored += 1;
    order.tx = entry.tx;
    order.seq = entry.seq;
  }
  // Where each was written takes a look through all leaves: not for a history that is all changed.
  const searched = found.count() > 10 * named ? [] : changed.slice(0, named);
  const elsewhere = await placesOfHashes(
    tx,
    searched.map(({ hash }) => hash),
  );
  for (const { leaf, hash } of changed) {
    const place = elsewhere.get(toHex(hash));
    found.add(
      place === undefined
        ? {
            code: 'entry_changed',
            message: `The entry ${leaf.entryId} (place ${leaf.index}) was changed after it was written.`,
            entry: leaf.entryId,
            leaf: leaf.index,
          }
        : {
            code: 'entry_moved',
            message: `The entry ${leaf.entryId} stands at place ${leaf.index} and was written at place ${place}.`,
            entry: leaf.entryId,
            leaf: leaf.index,
          },
    );
  }
  await comparePersonal(tx, found, leaves, sealed);
  await comparePasskeys(tx, found, signed);
}

async function comparePersonal(
  tx: Transaction,
  found: FindingList,
  leaves: readonly StoredLeaf[],
  sealed: ReadonlyMap<string, Readonly<Record<string, string>>>,
): Promise<void> {
  const rows = await tx.auditPersonal.findMany({ where: { entryId: { in: [...sealed.keys()] } } });
  for (const { entryId, subject, salt, data } of rows) {
    const expected = sealed.get(entryId)?.[subject];
    if (expected === commitment(salt, personalText(data as JsonObject))) continue;
    const leaf = leaves.find((one) => one.entryId === entryId)?.index;
    found.add({
      code: 'personal_changed',
      message: `What the entry ${entryId} says of ${subject} is not what was written.`,
      entry: entryId,
      ...(leaf === undefined ? {} : { leaf }),
    });
  }
}

/** The rebuilt nodes with the stored ones. */
function compareNodes(found: FindingList, made: readonly TreeNode[], stored: readonly TreeNode[]): void {
  const kept = new Map(stored.map((node) => [`${node.level}/${node.index}`, node.hash]));
  for (const { level, index, hash } of made) {
    const present = kept.get(`${level}/${index}`);
    const where = `(level ${level}, place ${index})`;
    if (present === undefined) {
      found.add({ code: 'node_missing', message: `A node of the tree is gone ${where}.` });
    } else if (!sameBytes(present, hash)) {
      found.add({ code: 'node_changed', message: `A node of the tree was changed ${where}.` });
    }
  }
}

/** Compares roots with what was signed at their size. Once one differs all later ones may: they are told together. */
function rootComparison(signed: ReadonlyMap<number, readonly Signed[]>) {
  let fits = 0; // up to here what was signed fits
  let first: { name: string; from: number; to: number } | null = null;
  let others = 0;
  return {
    compare(size: number, root: Uint8Array): void {
      const some = signed.get(size) ?? [];
      const [wrong, ...more] = some.filter((one) => one.root !== toHex(root));
      if (wrong === undefined) {
        if (some.length > 0) fits = size;
      } else if (first === null) {
        first = { name: wrong.name, from: fits, to: size - 1 };
        others += more.length;
      } else {
        others += 1 + more.length;
      }
    },
    tell(found: FindingList): void {
      if (first === null) return;
      const { name, from, to } = first;
      const so = others === 0 ? '' : others === 1 ? ' (and another)' : ` (and ${others} others)`;
      found.add({
        code: 'checkpoint_differs',
        message: `${name}${so} was signed over another history: of the entries at the places ${from} to ${to}, some were changed, removed, added or moved, and the tree with them.`,
        leaf: from,
      });
    },
  };
}

type ReadEntry = Readonly<{
  hash: Uint8Array;
  personal: SealedEntry['personal'];
  passkey: Omit<SignedVoteEntry, 'entry' | 'leaf'> | null;
}>;

function readEntry(row: NonNullable<StoredLeaf['entry']>): ReadEntry | null {
  try {
    const entry = toSealed(row);
    return { hash: leafHashOf(entry), personal: entry.personal, passkey: passkeyIn(entry) };
  } catch {
    return null; // nothing that we wrote looks like this
  }
}

function passkeyIn({ action, actor, approvalId, metadata }: SealedEntry): ReadEntry['passkey'] {
  const { passkeyHash } = metadata;
  if (action !== 'vote.cast' || approvalId === null || typeof passkeyHash !== 'string') return null;
  return { approvalId, voter: actor.id, passkeyHash };
}

function missingLeaf(from: number, to: number): string {
  const which = to - from === 1 ? `the leaf at place ${from}` : `the leaves from place ${from} to ${to - 1}`;
  return `The tree lacks ${which}; what comes after cannot be compared with what was signed.`;
}

// The log may have grown since the beginning: held against its size of the same instant.
function nodesBeyondTheTree(prisma: Services['db']['prisma']): ReturnType<typeof nodesBeyond> {
  return prisma.$transaction(async (tx) => nodesBeyond(tx, await treeSize(tx), named), {
    isolationLevel: 'RepeatableRead',
  });
}
