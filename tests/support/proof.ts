import { CompactSign, calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { type AuditRecord, system } from '@/lib/domain/audit';
import { renderConsistencyFile } from '@/lib/domain/proof/consistency-file';
import { digest, hmacHex, sha256, sha256Hex, utf8 } from '@/lib/domain/proof/digest';
import type { ExportFormat } from '@/lib/domain/proof/export-lines';
import { type Keys, keysOf } from '@/lib/domain/proof/jws';
import { leafText, personalText, splitRecord } from '@/lib/domain/proof/leaf';
import {
  consistencyRanges,
  hashOfSubtrees,
  inclusionRanges,
  leafHash,
  rootOf,
  subtreesOf,
  toHex,
} from '@/lib/domain/proof/merkle';
import type { PasskeyAssertion } from '@/lib/domain/proof/passkey-vote';
import { renderReceiptFile } from '@/lib/domain/proof/receipt-file';
import type { CheckpointStatement, CursorStatement, ReceiptStatement } from '@/lib/domain/proof/statements';
import { exportWriter } from '@/lib/domain/proof/write-export';

export type Signer = { sign: (statement: object) => Promise<string>; jwk: Record<string, unknown>; keys: Keys };

export async function aSigner(): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  const published = { ...jwk, kid, use: 'sig', alg: 'ES256' };
  const keys = await keysOf({ keys: [published] });
  if (keys === null) throw new Error('no keys');
  return {
    jwk: published,
    keys,
    sign: (statement) =>
      new CompactSign(utf8(JSON.stringify(statement))).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey),
  };
}

export type Leaf = {
  id: string;
  leaf: string;
  personal: { subject: string; salt: string; data: Record<string, never> }[];
};

const noon = Date.parse('2026-11-25T12:00:00Z');

export function sealedLeaf(record: AuditRecord, place: number): Leaf {
  const { open, personal } = splitRecord(record);
  const id = `aud_${String(place).padStart(4, '0')}`;
  const parts = [...personal].map(([subject, data]) => ({
    subject,
    salt: sha256Hex(`salt ${id} ${subject}`),
    data: JSON.parse(JSON.stringify(data)),
  }));
  const commitments = Object.fromEntries(
    parts.map(({ subject, salt, data }) => [subject, hmacHex(Buffer.from(salt, 'hex'), personalText(data))]),
  );
  const leaf = leafText({
    version: 1,
    id,
    occurredAt: new Date(noon + place * 1000),
    ...open,
    personal: commitments,
  });
  return { id, leaf, personal: parts };
}

/** Entries of several kinds, each fifth with a name that a spreadsheet would run and one that breaks lines. */
export function someRecord(place: number): AuditRecord {
  const names = ['Ada Obi', '=cmd()', 'A "B", C\nD', 'Zoë ☕', '-1'];
  if (place % 3 === 0) {
    return {
      action: 'run.ended',
      actor: system,
      targets: [{ type: 'run', id: `run_${place}` }],
      context: { surface: 'worker' },
      facts: { status: 'completed' },
      runId: `run_${place}`,
    };
  }
  return {
    action: 'approval.viewed',
    actor: { type: 'person', id: `usr_${place % 5}`, name: names[place % 5] ?? '' },
    targets: [{ type: 'approval', id: `apr_${place}`, name: 'issue_refund' }],
    context: { surface: 'web', ip: '192.0.2.7', userAgent: 'Browser, "new"' },
    facts: { tool: 'issue_refund' },
    approvalId: `apr_${place}`,
  };
}

export type Log = ReturnType<typeof aLog>;

/** A log in memory that makes the files which the product makes. */
export function aLog(signer: Signer, size: number, name = 'log_test') {
  const leaves = Array.from({ length: size }, (_, place) => sealedLeaf(someRecord(place), place));
  return logOf(signer, leaves, name);
}

export function logOf(signer: Signer, leaves: readonly Leaf[], name = 'log_test') {
  const hashes = leaves.map(({ leaf }) => leafHash(sha256, utf8(leaf)));
  const subtree = ({ level, index }: { level: number; index: number }) =>
    rootOf(sha256, hashes.slice(index * 2 ** level, (index + 1) * 2 ** level));
  const root = (size: number) => toHex(rootOf(sha256, hashes.slice(0, size)));

  const checkpoint = (size = leaves.length, change: Partial<CheckpointStatement> = {}) =>
    signer.sign({
      type: 'countersign.checkpoint',
      log: name,
      size,
      root: root(size),
      time: new Date(noon + size * 1000).toISOString(),
      ...change,
    });

  async function exported(
    format: ExportFormat,
    options: {
      keep?: (place: number) => boolean;
      every?: number;
      id?: string;
      stopAt?: number; // the connection is lost before this leaf
      from?: { jws: string; statement: CursorStatement } | null;
      doctor?: (leaf: Leaf, place: number) => Leaf;
    } = {},
  ): Promise<string> {
    const { keep = () => true, every = 4, id = 'exp_1', stopAt = Number.POSITIVE_INFINITY, from = null } = options;
    const doctor = options.doctor ?? ((leaf: Leaf) => leaf);
    const kept = leaves.filter((_, place) => keep(place)).length;
    const writer = exportWriter({
      format,
      header: {
        export: id,
        log: name,
        tree_size: leaves.length,
        filter: kept === leaves.length ? {} : { action: 'some' },
        total: kept,
        made_at: new Date(noon).toISOString(),
      },
      root: root(leaves.length),
      sign: signer.sign,
      digest,
      from,
    });
    let text = writer.begin();
    let gapFrom = from?.statement.next ?? 0;
    const close = (to: number) => {
      if (gapFrom === to) return '';
      return writer.gap(
        gapFrom,
        to,
        subtreesOf({ from: gapFrom, to }).map((one) => toHex(subtree(one))),
      );
    };
    for (const [place, original] of leaves.entries()) {
      if (place < (from?.statement.next ?? 0) || !keep(place)) continue;
      if (place >= stopAt) return text;
      text += close(place);
      gapFrom = place + 1;
      const { leaf, personal } = doctor(original, place);
      const hash = toHex(leafHash(sha256, utf8(leaf)));
      text += writer.entry({ leafIndex: place, leaf, hash, personal, sentence: `said, "${place}"` });
      if (writer.entries() % every === 0) text += await writer.cursor(place + 1);
    }
    text += close(leaves.length);
    return text + (await writer.end(await checkpoint()));
  }

  async function proof(first: number, second = leaves.length): Promise<string> {
    return renderConsistencyFile({
      older: await checkpoint(first),
      newer: await checkpoint(second),
      path: consistencyRanges(first, second).map((range) =>
        toHex(hashOfSubtrees(sha256, subtreesOf(range).map(subtree))),
      ),
    });
  }

  async function receiptFile(
    place: number,
    receipt: string,
    passkeys: readonly PasskeyAssertion[] = [],
  ): Promise<string> {
    return renderReceiptFile({
      receipt,
      entry: { leaf: leaves[place]?.leaf ?? '' },
      proof: {
        leaf_index: place,
        tree_size: leaves.length,
        path: inclusionRanges(place, leaves.length).map((range) =>
          toHex(hashOfSubtrees(sha256, subtreesOf(range).map(subtree))),
        ),
      },
      checkpoint: await checkpoint(),
      passkeys,
    });
  }

  return { name, leaves, root, checkpoint, exported, proof, receiptFile };
}

export function aReceipt(change: Partial<ReceiptStatement> = {}): ReceiptStatement {
  return {
    type: 'countersign.receipt',
    log: 'log_test',
    approval: 'apr_1',
    interaction: 'v1_abc',
    call_id: 'call_1',
    tool: 'issue_refund',
    call_hash: sha256Hex('call'),
    decision: 'approved',
    decided_by: 'people',
    arguments_hash: sha256Hex('{"amount":5}'),
    executed_arguments_hash: sha256Hex('{"amount":5}'),
    voters: [{ id: 'usr_1', verdict: 'approve', at: '2026-11-25T12:00:01.000Z', surface: 'web' }],
    rule: 'refunds',
    policy_version: 3,
    decided_at: '2026-11-25T12:00:01.000Z',
    iat: 1795608001,
    ...change,
  };
}

/** A log in which receipts were issued at the places given. */
export async function aLogWithReceipts(signer: Signer, size: number, receipts: ReadonlyMap<number, ReceiptStatement>) {
  const signed = new Map<number, string>();
  for (const [place, statement] of receipts) signed.set(place, await signer.sign(statement));
  const leaves = Array.from({ length: size }, (_, place) => {
    const statement = receipts.get(place);
    if (statement === undefined) return sealedLeaf(someRecord(place), place);
    return sealedLeaf(
      {
        action: 'receipt.issued',
        actor: system,
        targets: [{ type: 'approval', id: statement.approval, name: statement.tool }],
        context: { surface: 'worker' },
        facts: {
          tool: statement.tool,
          decision: statement.decision,
          receiptHash: sha256Hex(signed.get(place) ?? ''),
        },
        approvalId: statement.approval,
      },
      place,
    );
  });
  const log = logOf(signer, leaves);
  return {
    ...log,
    signed,
    file: (place: number, passkeys: readonly PasskeyAssertion[] = []) =>
      log.receiptFile(place, signed.get(place) ?? '', passkeys),
  };
}

/** A file as a stream, in pieces of some size. */
export async function* stream(content: string | Uint8Array, pieceBytes = 1000): AsyncGenerator<Uint8Array> {
  const bytes = typeof content === 'string' ? utf8(content) : content;
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}
