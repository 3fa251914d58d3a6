import { createHash, createHmac } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { exportAudit } from '@/lib/audit/export';
import { growLog } from '@/lib/audit/grow';
import { publishedKeys } from '@/lib/audit/signing-keys';
import { system } from '@/lib/domain/audit';
import { keysOf } from '@/lib/domain/proof/jws';
import { verifyFile } from '@/lib/domain/proof/verify';
import { execute, openDatabase } from '@/lib/launch/database.mjs';
import { testServices } from '@/tests/support/services';

/**
 * Exports a history of many entries and verifies the file, and says how fast and in how much memory; both must not grow with
 * it. `node --conditions=react-server --import tsx tests/bench/export.ts [--entries 1000000] [--format jsonl]`
 */
const { values } = parseArgs({
  options: { entries: { type: 'string', default: '1000000' }, format: { type: 'string', default: 'jsonl' } },
});
const count = Number(values.entries);
const format = values.format === 'csv' || values.format === 'ocsf' ? values.format : 'jsonl';
const megabytes = (bytes: number): number => Math.round(bytes / 1024 / 1024);
const seconds = (since: number): number => Math.round((performance.now() - since) / 100) / 10;

const database = await openDatabase('countersign_export_bench', { temporary: true });
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-export-'));
const services = testServices({
  databaseUrl: database.url,
  gemini: { url: 'http://127.0.0.1:1' },
  now: () => new Date(),
  variables: { AUDIT_CHECKPOINT_DIR: folder },
});
try {
  console.log(`Load ${os.loadavg()[0]?.toFixed(1)} on ${os.cpus().length} processors at the start.`);
  let since = performance.now();
  await seed(count);
  console.log(`Seeded ${count} entries in ${seconds(since)} s.`);
  since = performance.now();
  await growLog(services);
  console.log(`Grew the tree in ${seconds(since)} s, ${Math.round(count / seconds(since))} entries/s.`);

  const file = path.join(folder, 'export');
  since = performance.now();
  const { stream, total } = await exportAudit(services, {
    format,
    filter: {},
    by: null,
    actor: system,
    context: { surface: 'cli' },
  });
  const first = seconds(since);
  const out = fs.createWriteStream(file);
  const memory = watch('Export');
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    memory.at(Math.min(1, bytes / (total * 1300)));
    if (!out.write(chunk)) await new Promise<void>((resolve) => out.once('drain', () => resolve()));
  }
  await new Promise<void>((resolve) => out.end(() => resolve()));
  report('Exported', total, bytes, seconds(since));
  console.log(`First bytes after ${first} s.`);
  memory.tell();

  since = performance.now();
  const checking = watch('Verification');
  const verified = await verifyFile(fs.createReadStream(file, { highWaterMark: 256 * 1024 }), {
    keys: await keysOf(await publishedKeys(services)),
    onProgress: (entries) => checking.at(entries / total),
  });
  report(`Verified (${verified.verdict})`, total, bytes, seconds(since));
  checking.tell();
} finally {
  await services.db.close();
  await database.close();
  fs.rmSync(folder, { recursive: true, force: true });
}

function report(what: string, entries: number, bytes: number, took: number): void {
  const rate = Math.round(entries / took);
  console.log(
    `${what} ${entries} entries, ${megabytes(bytes)} MB, in ${took} s: ${rate} entries/s, ${megabytes(bytes / took)} MB/s.`,
  );
}

/** The resident memory at each tenth of the way. */
function watch(name: string) {
  const samples: number[] = [];
  return {
    at(share: number) {
      if (samples.length <= share * 10) samples.push(megabytes(process.memoryUsage().rss));
    },
    tell() {
      console.log(
        `${name}: resident ${samples.join(', ')} MB at each tenth; ${megabytes(process.memoryUsage().rss)} MB at the end.`,
      );
    },
  };
}

/** Entries of people, each with something that is said of them, written as `appendAudit` writes them. */
async function seed(entries: number): Promise<void> {
  const salt = createHash('sha256').update('bench').digest();
  const key = Buffer.concat([salt, Buffer.alloc(32)]);
  const [inner, outer] = [0x36, 0x5c].map((pad) => Buffer.from(key.map((byte) => byte ^ pad)).toString('hex'));
  const text = (name: string) => `{"actor":{"name":"${name}"},"context":{"ip":"192.0.2.7","userAgent":"Bench"}}`;
  const step = 50_000;
  for (let from = 0; from < entries; from += step) {
    await execute(
      database.url,
      `with given as (
         select 'aud_bench' || lpad(n::text, 12, '0') as id, n, 'usr_' || n % 500 as person, 'Person ' || n % 500 as name
         from generate_series($1::int, $2::int) as n),
       kept as (
         insert into audit_personal (entry_id, subject, salt, data)
         select id, person, decode($3, 'hex'),
           jsonb_build_object('actor', jsonb_build_object('name', name),
             'context', jsonb_build_object('ip', '192.0.2.7', 'userAgent', 'Bench')) from given)
       insert into audit_entry (id, action, occurred_at, actor_type, actor_id, targets, context, metadata, personal,
         run_id, approval_id)
       select id, 'approval.viewed', now(), 'person', person,
         jsonb_build_array(jsonb_build_object('type', 'approval', 'id', 'apr_' || n, 'name', 'issue_refund')),
         '{"surface":"web"}', '{"tool":"issue_refund"}',
         jsonb_build_object(person, encode(sha256(decode($5, 'hex') || sha256(decode($4, 'hex') ||
           convert_to('{"actor":{"name":"' || name || '"},"context":{"ip":"192.0.2.7","userAgent":"Bench"}}', 'UTF8'))), 'hex')),
         'run_' || n / 10, 'apr_' || n
       from given order by n`,
      [from, Math.min(from + step, entries) - 1, salt.toString('hex'), inner, outer],
    );
  }
  const expected = createHmac('sha256', salt).update(text('Person 0')).digest('hex');
  const [first] = await execute(
    database.url,
    `select personal->>'usr_0' as commitment from audit_entry where id = $1`,
    [`aud_bench${'0'.padStart(12, '0')}`],
  );
  if (first?.commitment !== expected) throw new Error('The seed does not commit as the product does');
}
