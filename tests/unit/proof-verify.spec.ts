import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { renderConsistencyFile } from '@/lib/domain/proof/consistency-file';
import { sha256Hex, utf8 } from '@/lib/domain/proof/digest';
import { type ExportFormat, exportFormats } from '@/lib/domain/proof/export-lines';
import { claimsOf } from '@/lib/domain/proof/jws';
import { assertionHash, type PasskeyAssertion, type VoteStatement } from '@/lib/domain/proof/passkey-vote';
import type { Report } from '@/lib/domain/proof/report';
import { checkpointIn, cursorIn } from '@/lib/domain/proof/statements';
import { type VerifyOptions, verifyFile } from '@/lib/domain/proof/verify';
import { aPasskey, assertionOf } from '@/tests/support/passkey';
import { aLog, aLogWithReceipts, aReceipt, aSigner, type Log, logOf, type Signer, stream } from '@/tests/support/proof';

let ours: Signer;
let stranger: Signer;
let log: Log;
beforeAll(async () => {
  [ours, stranger] = [await aSigner(), await aSigner()];
  log = aLog(ours, 23);
});

const verify = (file: string | Uint8Array, options: Partial<VerifyOptions> = {}): Promise<Report> =>
  verifyFile(stream(file), { keys: ours.keys, ...options });
const codes = (report: Report): string[] => [...new Set(report.faults.map(({ code }) => code))].sort();
const told = (report: Report): string => report.faults.map(({ message }) => message).join('\n');
const edit = (text: string, change: (lines: string[]) => string[]): string => change(text.split('\n')).join('\n');
const lineOf = (text: string, id: string): number => text.split('\n').findIndex((line) => line.includes(id));

describe.each(exportFormats)('an export as %s', (format: ExportFormat) => {
  const third = (place: number): boolean => place % 3 === 1 || place > 20;

  test('verifies, whole and filtered, in whatever pieces it comes', async () => {
    const whole = await log.exported(format);
    expect(told(await verify(whole))).toBe('');
    expect(await verify(whole)).toMatchObject({ kind: 'export', verdict: 'verified', faultCount: 0, open: [] });
    expect((await verify(await log.exported(format, { keep: third }))).verdict).toBe('verified');
    expect((await verify(await log.exported(format, { keep: () => false }))).verdict).toBe('verified');
    for (const piece of [1, 7, 100_000]) {
      expect((await verifyFile(stream(whole, piece), { keys: ours.keys })).verdict).toBe('verified');
    }
    expect((await verify(await aLog(ours, 0).exported(format))).verdict).toBe('verified');
  });

  test('without keys is not verified, and says so', async () => {
    const report = await verify(await log.exported(format), { keys: null });
    expect(report.verdict).toBe('unchecked');
    expect(report.open).toEqual(['No keys were given, so no signature was checked.']);
  });

  test('goes on from a cursor, and the joined file verifies', async () => {
    for (const keep of [() => true, third]) {
      const cut = await log.exported(format, { keep, stopAt: 14 });
      const lost = await verify(cut);
      expect(codes(lost)).toEqual(['incomplete']);
      expect(told(lost)).toMatch(/keep lines 1 to \d+ and append what \?cursor= gives/);
      const lines = cut.split('\n');
      const at = lines.findLastIndex((line) => line.includes('cursor'));
      const jws = /(eyJ[\w-]+\.[\w-]+\.[\w-]+)/.exec(lines[at] ?? '')?.[1] ?? '';
      const statement = cursorIn(claimsOf(jws) ?? {});
      if (statement === null) throw new Error('no cursor');
      const rest = await log.exported(format, { keep, from: { jws, statement } });
      const joined = `${lines.slice(0, at + 1).join('\n')}\n${rest}`;
      expect(told(await verify(joined))).toBe('');
      expect((await verify(joined)).verdict).toBe('verified');
    }
  });

  test('any single byte that is changed is found', async () => {
    const file = utf8(await log.exported(format, { keep: third }));
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: file.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const changed = file.slice();
        changed[at] = ((changed[at] ?? 0) + by) % 256;
        expect((await verify(changed)).verdict, `byte ${at} of ${file.length}`).toBe('failed');
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  test('an entry whose fact was changed is named', async () => {
    const changed = edit(await log.exported(format), (lines) =>
      lines.map((line) => (line.includes('aud_0007') ? line.replace('issue_refund', 'issue_payout') : line)),
    );
    const report = await verify(changed);
    expect(report.verdict).toBe('failed');
    expect(told(report)).toContain('aud_0007');
  });

  test('an entry that was changed with its hash, and all that it shows, is narrowed to the part it stands in', async () => {
    const forged = await logOf(ours, log.leaves).exported(format, {
      doctor: (leaf, place) => (place === 9 ? { ...leaf, leaf: leaf.leaf.replace('completed', 'cancelled') } : leaf),
    });
    const honest = (await log.exported(format)).split('\n');
    // The forger keeps the signed lines of the honest file.
    const mixed = forged
      .split('\n')
      .map((line, at) => (/"?(cursor|manifest)"?/.test(line) ? (honest[at] ?? '') : line));
    const report = await verify(mixed.join('\n'));
    expect(codes(report)).toEqual(['part_changed', 'root_differs']);
    const line = lineOf(forged, 'aud_0009') + 1;
    const [, from, to] = /lines (\d+) to (\d+)/.exec(told(report)) ?? [];
    expect(Number(from)).toBeLessThanOrEqual(line);
    expect(Number(to)).toBeGreaterThanOrEqual(line);
  });

  test('a removed entry is named by its place', async () => {
    const removed = edit(await log.exported(format), (lines) => lines.filter((line) => !line.includes('aud_0011')));
    const report = await verify(removed);
    expect(codes(report)).toContain('entry_missing');
    expect(told(report)).toContain('Entry number 11 of the log is missing');
    expect(codes(report)).not.toContain('entry_moved');
  });

  test('entries that change places are named', async () => {
    const swapped = edit(await log.exported(format), (lines) => {
      const [one, other] = [5, 7].map((place) => lines.findIndex((line) => line.includes(`aud_000${place}`)));
      return lines.with(one ?? 0, lines[other ?? 0] ?? '').with(other ?? 0, lines[one ?? 0] ?? '');
    });
    const report = await verify(swapped);
    expect(codes(report)).toContain('entry_moved');
    expect(told(report)).toMatch(/Entry aud_000[56] \(line \d+\) was moved/);
    expect(codes(report)).not.toContain('entry_missing');
  });

  test('an entry that stands twice is named', async () => {
    const doubled = edit(await log.exported(format), (lines) =>
      lines.flatMap((line) => (line.includes('aud_0006') ? [line, line] : [line])),
    );
    const report = await verify(doubled);
    expect(codes(report)).toContain('entry_doubled');
    expect(told(report)).toContain('Entry aud_0006 (line');
  });

  test('an entry of another log that was put in is named', async () => {
    const foreign = (await aLog(ours, 23, 'log_other').exported(format)).split('\n');
    const added = foreign.find((line) => line.includes('aud_0005'))?.replaceAll('192.0.2.7', '192.0.2.8') ?? '';
    const inserted = edit(await log.exported(format), (lines) =>
      lines.toSpliced(lineOf(lines.join('\n'), 'aud_0005') + 2, 0, added),
    );
    const report = await verify(inserted);
    expect(report.verdict).toBe('failed');
    expect(told(report)).toMatch(/aud_0005 \(line \d+\)/);
  });

  test('what is said of a person cannot be changed', async () => {
    const changed = edit(await log.exported(format), (lines) =>
      lines.map((line) => (line.includes('aud_0010') ? line.replaceAll('Ada Obi', 'Ida Obi') : line)),
    );
    const report = await verify(changed);
    expect(codes(report)).toContain('personal_changed');
    expect(told(report)).toContain('What entry aud_0010');
  });

  test('what is said of a person may be erased, and the file says that', async () => {
    const report = await verify(await log.exported(format, { doctor: (leaf) => ({ ...leaf, personal: [] }) }));
    expect(report.verdict).toBe('verified');
    expect(report.notChecked.join(' ')).toContain('was erased');
  });

  test('a gap that does not cover what was left out is named', async () => {
    const file = await log.exported(format, { keep: third });
    const narrower = await verify(file.replace(/(gap""?:\{""?from""?:2,""?to""?:)4/, '$15'));
    expect(told(narrower)).toMatch(/The gap 2–5 \(line \d+\) does not have the hashes that cover it/);
    const line = lineOf(file, 'entries left out') >= 0 ? 'entries left out' : '"gap"';
    const without = edit(file, (lines) => lines.toSpliced(lineOf(file, line), 1));
    expect(codes(await verify(without))).toContain('entry_missing');
  });

  test('a manifest or checkpoint that another key signed is named', async () => {
    const foreign = (await aLog(stranger, 23).exported(format)).split('\n');
    const mixed = edit(await log.exported(format), (lines) => lines.with(-2, foreign.at(-2) ?? ''));
    const report = await verify(mixed);
    expect(codes(report)).toEqual(['unknown_key']);
    expect(told(report)).toContain('The manifest is signed by a key that is not among the published ones');
    expect(told(report)).toContain('The checkpoint is signed by a key that is not among the published ones');
    expect(codes(await verify(await log.exported(format), { keys: stranger.keys }))).toEqual(['unknown_key']);
  });

  test('the manifest of another export is named', async () => {
    const other = (await log.exported(format, { id: 'exp_2', keep: third })).split('\n');
    const mixed = edit(await log.exported(format), (lines) => lines.with(-2, other.at(-2) ?? ''));
    const report = await verify(mixed);
    expect(codes(report)).toContain('other_export');
    expect(told(report)).toContain('The manifest is of export exp_2; this file is export exp_1.');
  });

  test('an export that was cut is not taken for whole', async () => {
    const file = await log.exported(format);
    const cut = edit(file, (lines) => [...lines.slice(0, -2), '']);
    expect(codes(await verify(cut))).toEqual(['incomplete']);
    expect((await verify(file.slice(0, -1))).verdict).toBe('failed');
    expect(codes(await verify(`${file}more\n`))).toContain('entry_added');
  });

  test('is held against checkpoints that were kept elsewhere', async () => {
    const kept = checkpointIn(claimsOf(await log.checkpoint(10)) ?? {});
    const rewritten = logOf(
      ours,
      log.leaves.with(4, { ...(log.leaves[4] ?? { id: '', leaf: '', personal: [] }), leaf: '{}' }),
    );
    const other = checkpointIn(claimsOf(await rewritten.checkpoint(10)) ?? {});
    if (kept === null || other === null) throw new Error('no checkpoint');
    const file = await log.exported(format);
    expect((await verify(file, { known: [kept] })).verdict).toBe('verified');
    const report = await verify(file, { known: [other] });
    expect(codes(report)).toEqual(['checkpoint_differs']);
    expect(told(report)).toContain('The first 10 entries are not those of the checkpoint');
    const later = await verify(file, { known: [{ ...kept, size: 99 }] });
    expect(later).toMatchObject({ verdict: 'unchecked' });
    const hidden = await verify(await log.exported(format, { keep: (place) => place > 15 }), { known: [kept] });
    expect(hidden.verdict).toBe('unchecked');
    expect((await verify(file, { known: [{ ...kept, log: 'log_other' }] })).faults[0]?.code).toBe('other_log');
  });
});

test('in a CSV, what a spreadsheet would run is disarmed, and the file still verifies', async () => {
  const csv = await log.exported('csv');
  expect(csv).toContain(",'=cmd(),");
  expect(csv).toContain(',"A ""B"", C D",');
  expect((await verify(csv)).verdict).toBe('verified');
});

test('a file with very many faults is told in bounded memory', async () => {
  const many = aLog(ours, 300);
  const file = (await many.exported('jsonl')).replaceAll('issue_refund', 'issue_payout');
  const report = await verify(file);
  expect(report.faults.length).toBe(100);
  expect(report.faultCount).toBeGreaterThan(100);
});

describe('a receipt of a vote that a passkey signed', () => {
  const key = aPasskey();
  const statement: VoteStatement = {
    type: 'countersign.vote',
    approval: 'apr_1',
    call_hash: aReceipt().call_hash,
    verdict: 'approve',
    arguments_hash: aReceipt().executed_arguments_hash ?? '',
    voter: 'usr_1',
    nonce: 'n1',
  };
  const kept = assertionOf(key, statement);
  const open = async (named: PasskeyAssertion = kept) => {
    const [voter] = aReceipt().voters;
    if (voter === undefined) throw new Error('no voter');
    const receipt = aReceipt({ voters: [{ ...voter, passkey: assertionHash(named) }] });
    return aLogWithReceipts(ours, 13, new Map([[6, receipt]]));
  };

  test('verifies with its public key in the file, and says so', async () => {
    const report = await verify(await (await open()).file(6, [kept]));
    expect(told(report)).toBe('');
    expect(report.verdict).toBe('verified');
    expect(report.checked.join(' ')).toContain('passkey signed exactly this call and verdict');
    expect(report.facts.find(([name]) => name === 'Vote')?.[1]).toContain('signed with a passkey');
  });

  test('any single byte that is changed in what it signed is found', async () => {
    const file = await (await open()).file(6, [kept]);
    const bytes = utf8(file);
    const from = utf8(file.slice(0, file.indexOf('"passkeys"'))).length;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: from, max: bytes.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, by) => {
          const changed = bytes.slice();
          changed[at] = ((changed[at] ?? 0) + by) % 256;
          expect((await verify(changed)).verdict, `byte ${at}`).toBe('failed');
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);

  const flipped = (text: string, at: number) => text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);

  test.each<[string, PasskeyAssertion]>([
    ['the signature', { ...kept, signature: flipped(kept.signature, 20) }],
    ['the authenticator’s data', { ...kept, authenticator_data: flipped(kept.authenticator_data, 3) }],
    ['the client’s data', { ...kept, client_data_json: flipped(kept.client_data_json, 60) }],
    ['the public key', { ...kept, public_key: aPasskey().publicKey.export({ format: 'jwk' }) as JsonWebKey }],
    ['the verdict', { ...kept, statement: { ...statement, verdict: 'reject' } }],
    ['the call', { ...kept, statement: { ...statement, call_hash: 'e'.repeat(64) } }],
    ['the arguments', { ...kept, statement: { ...statement, arguments_hash: 'e'.repeat(64) } }],
    ['the voter', { ...kept, statement: { ...statement, voter: 'usr_1', nonce: 'n2' } }],
  ])('in which %s was changed does not fit, and is named', async (_what, changed) => {
    const report = await verify(await (await open()).file(6, [changed]));
    expect(codes(report)).toEqual(['passkey_forged']);
    expect(told(report)).toContain('signature of usr_1 does not fit this call and verdict');
  });

  test('is missed when it was removed, and does not fit when it is of another vote or key', async () => {
    expect(codes(await verify(await (await open()).file(6)))).toEqual(['passkey_missing']);
    const stranger = assertionOf(aPasskey(), statement);
    expect(codes(await verify(await (await open()).file(6, [stranger])))).toEqual(['passkey_differs']);
    const elsewhere = assertionOf(key, { ...statement, approval: 'apr_2' });
    expect(codes(await verify(await (await open(elsewhere)).file(6, [elsewhere])))).toEqual(['passkey_differs']);
  });
});

describe('a receipt', () => {
  const args = { amount: 5 };
  const open = async () =>
    aLogWithReceipts(
      ours,
      13,
      new Map([
        [6, aReceipt()],
        [9, aReceipt({ approval: 'apr_2', call_id: 'call_2' })],
      ]),
    );

  test('verifies with nothing but the published keys', async () => {
    const report = await verify(await (await open()).file(6));
    expect(told(report)).toBe('');
    expect(report).toMatchObject({ kind: 'receipt', verdict: 'verified' });
    expect(report.facts).toContainEqual(['Decision', 'approved']);
    expect(report.notChecked.length).toBeGreaterThan(0);
  });

  test('any single byte that is changed is found', async () => {
    const file = utf8(await (await open()).file(6));
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: file.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const changed = file.slice();
        changed[at] = ((changed[at] ?? 0) + by) % 256;
        expect((await verify(changed)).verdict, `byte ${at}`).toBe('failed');
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  test('whose decision was changed is forged', async () => {
    const file = await (await open()).file(6);
    const jws: string = JSON.parse(file).receipt;
    const [head, , signature] = jws.split('.');
    const payload = Buffer.from(JSON.stringify(aReceipt({ decision: 'rejected' }))).toString('base64url');
    const report = await verify(file.replace(jws, `${head}.${payload}.${signature}`));
    expect(codes(report)).toEqual(['forged', 'other_entry']);
    expect(told(report)).toContain('The receipt is forged');
  });

  test('of a stranger’s key is named', async () => {
    const foreign = await aLogWithReceipts(stranger, 13, new Map([[6, aReceipt()]]));
    const report = await verify(await foreign.file(6));
    expect(codes(report)).toEqual(['unknown_key']);
  });

  test('for other arguments than those to be run is named', async () => {
    const file = await (await open()).file(6);
    expect((await verify(file, { args })).verdict).toBe('verified');
    const report = await verify(file, { args: { amount: 50 } });
    expect(codes(report)).toEqual(['other_arguments']);
    const edited = await aLogWithReceipts(
      ours,
      3,
      new Map([[1, aReceipt({ executed_arguments_hash: sha256Hex('{"amount":4}') })]]),
    );
    expect(told(await verify(await edited.file(1), { args }))).toContain('those that the model proposed');
    const refused = await aLogWithReceipts(ours, 3, new Map([[1, aReceipt({ decision: 'rejected' })]]));
    expect(told(await verify(await refused.file(1), { args }))).toContain('Nothing was approved');
  });

  test('of another decision, with the proof of this one, is named', async () => {
    const opened = await open();
    const [file, other] = [JSON.parse(await opened.file(6)), JSON.parse(await opened.file(9))];
    const swapped = `${JSON.stringify({ ...file, receipt: other.receipt }, null, 2)}\n`;
    const report = await verify(swapped);
    expect(codes(report)).toEqual(['other_entry']);
    expect(told(report)).toContain('Entry aud_0006 was written for another receipt');
  });

  test('with the proof of another entry is named', async () => {
    const opened = await open();
    const [file, other] = [JSON.parse(await opened.file(6)), JSON.parse(await opened.file(9))];
    const report = await verify(`${JSON.stringify({ ...file, proof: other.proof }, null, 2)}\n`);
    expect(codes(report)).toEqual(['not_in_log']);
    expect(told(report)).toContain('not number 9 of the log');
  });

  test('with the checkpoint of another size, log or history is named', async () => {
    const opened = await open();
    const file = JSON.parse(await opened.file(6));
    const withCheckpoint = async (checkpoint: string) =>
      verify(`${JSON.stringify({ ...file, checkpoint }, null, 2)}\n`);
    expect(codes(await withCheckpoint(await opened.checkpoint(12)))).toEqual(['checkpoint_differs']);
    expect(codes(await withCheckpoint(await opened.checkpoint(13, { log: 'log_x' })))).toEqual(['other_log']);
    expect(codes(await withCheckpoint(await opened.checkpoint(13, { root: sha256Hex('x') })))).toEqual(['not_in_log']);
    expect(codes(await withCheckpoint(file.receipt))).toEqual(['wrong_statement']);
  });

  test('is held against a checkpoint that was kept elsewhere', async () => {
    const opened = await open();
    const file = await opened.file(6);
    const known = checkpointIn(claimsOf(await opened.checkpoint()) ?? {});
    if (known === null) throw new Error('no checkpoint');
    expect((await verify(file, { known: [known] })).verdict).toBe('verified');
    expect(codes(await verify(file, { known: [{ ...known, root: sha256Hex('x') }] }))).toEqual(['checkpoint_differs']);
    expect((await verify(file, { known: [{ ...known, size: 12 }] })).verdict).toBe('unchecked');
  });
});

describe('checkpoints', () => {
  test('verify, alone and in a row', async () => {
    expect((await verify(await log.checkpoint())).verdict).toBe('verified');
    const report = await verify(
      `${await log.checkpoint(5)}\n${await log.checkpoint(9)}\n${await log.checkpoint(23)}\n`,
    );
    expect(report).toMatchObject({ kind: 'checkpoints', verdict: 'verified', title: '3 checkpoints' });
  });

  test('any single byte that is changed is found', async () => {
    const file = utf8(`${await log.checkpoint(5)}\n${await log.checkpoint(9)}\n`);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: file.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const changed = file.slice();
        changed[at] = ((changed[at] ?? 0) + by) % 256;
        expect((await verify(changed)).verdict, `byte ${at}`).toBe('failed');
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  test('that are forged, or of another key, are named', async () => {
    const [head, , signature] = (await log.checkpoint()).split('.');
    const statement = claimsOf(await log.checkpoint(9)) ?? {};
    const forged = `${head}.${Buffer.from(JSON.stringify({ ...statement, size: 8 })).toString('base64url')}.${signature}`;
    expect(codes(await verify(forged))).toEqual(['forged']);
    expect(codes(await verify(await aLog(stranger, 3).checkpoint()))).toEqual(['unknown_key']);
    const unsigned = `${Buffer.from(JSON.stringify({ alg: 'none', kid: 'x' })).toString('base64url')}.${forged.split('.')[1]}.`;
    expect((await verify(unsigned)).verdict).toBe('failed');
  });

  test('that cannot be of one history are named', async () => {
    const rewritten = logOf(ours, log.leaves.toReversed());
    const split = await verify(`${await log.checkpoint(9)}\n${await rewritten.checkpoint(9)}`);
    expect(told(split)).toContain('there are two histories');
    const shrunk = await verify(
      `${await log.checkpoint(9, { time: '2027-01-01T00:00:00.000Z' })}\n${await log.checkpoint(12)}`,
    );
    expect(told(shrunk)).toContain('a log does not shrink');
    const other = await verify(`${await log.checkpoint(9)}\n${await aLog(ours, 12, 'log_other').checkpoint()}`);
    expect(codes(other)).toEqual(['other_log']);
  });
});

describe('a proof between two checkpoints', () => {
  test('verifies for logs of any two sizes', async () => {
    for (const [first, second] of [
      [0, 23],
      [1, 23],
      [8, 23],
      [13, 23],
      [16, 17],
      [23, 23],
    ] as const) {
      const report = await verify(await log.proof(first, second));
      expect(told(report), `${first} to ${second}`).toBe('');
      expect(report).toMatchObject({ kind: 'consistency', verdict: 'verified' });
    }
    expect((await verify(await log.proof(9), { keys: null })).verdict).toBe('unchecked');
  });

  test('any single byte that is changed is found', async () => {
    const file = utf8(await log.proof(11));
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: file.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const changed = file.slice();
        changed[at] = ((changed[at] ?? 0) + by) % 256;
        expect((await verify(changed)).verdict, `byte ${at}`).toBe('failed');
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  test('to a history that was rewritten, cut off, or is another, is named', async () => {
    const file = await log.proof(11);
    const rewritten = logOf(ours, log.leaves.toReversed());
    const { newer, older, path } = JSON.parse(file);
    const changed = async (change: object) => verify(renderConsistencyFile({ older, newer, path, ...change }));
    expect(codes(await changed({ newer: await rewritten.checkpoint() }))).toEqual(['not_a_beginning']);
    expect(codes(await changed({ path: path.slice(1) }))).toEqual(['not_a_beginning']);
    expect(codes(await changed({ older: newer, newer: older }))).toEqual(['checkpoint_differs']);
    expect(codes(await changed({ newer: await aLog(ours, 23, 'log_other').checkpoint() }))).toEqual(['other_log']);
    expect(codes(await changed({ older: await aLog(stranger, 11).checkpoint() }))).toEqual(['unknown_key']);
    expect(codes(await changed({ older: 'eyJ' }))).toEqual(['unreadable']);
  });

  test('is compared with a checkpoint that was kept elsewhere', async () => {
    const known = async (jws: string) => [checkpointIn(claimsOf(jws) ?? {})].filter((one) => one !== null);
    const file = await log.proof(11);
    expect((await verify(file, { known: await known(await log.checkpoint(11)) })).verdict).toBe('verified');
    expect((await verify(file, { known: await known(await log.checkpoint(12)) })).verdict).toBe('unchecked');
    const rewritten = await logOf(ours, log.leaves.toReversed()).checkpoint(11);
    expect(told(await verify(file, { known: await known(rewritten) }))).toContain('there are two histories');
  });
});

test.each([
  ['nothing', ''],
  ['something else', 'hello\n'],
  ['other JSON', '{\n"a": 1}\n'],
  ['bytes that are no text', new Uint8Array([0xff, 0xfe, 10, 0])],
])('%s is no file of ours', async (_name, content) => {
  expect(await verify(content)).toMatchObject({ verdict: 'failed', faults: [{ code: 'unreadable' }] });
});

test('a line without end does not fill the memory', async () => {
  async function* endless() {
    for (;;) yield new Uint8Array(1024 * 1024).fill(97);
  }
  const report = await verifyFile(endless(), { keys: ours.keys });
  expect(report.faults[0]?.message).toContain('more than');
});
