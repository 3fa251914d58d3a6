import fs from 'node:fs';
import os from 'node:os';
import { execute } from '@/lib/launch/database.mjs';
import { inRoot } from '@/lib/launch/project.mjs';
import { asJson, asTable, type Figure } from './figures';
import { type Options, type Part, parseOptions, usage } from './options';
import { measureFreed } from './parts/freed';
import { measureIntake } from './parts/intake';
import { measureJobs } from './parts/jobs';
import { measureLive } from './parts/live';
import { measurePages } from './parts/pages';
import { measureJavaScript, measureMemory } from './parts/resources';
import { measureSlack } from './parts/slack';
import { measureStart } from './parts/start';
import { closeScopes } from './scope';

type Measure = (benchUrl: string, options: Options) => Promise<readonly Figure[]>;

/** What is measured together, since one course of events shows it all. */
const measurements: readonly { parts: readonly Part[]; measure: Measure }[] = [
  { parts: ['start'], measure: measureStart },
  { parts: ['memory'], measure: measureMemory },
  { parts: ['js'], measure: measureJavaScript },
  { parts: ['jobs'], measure: measureJobs },
  { parts: ['visible', 'resume', 'vote-visible'], measure: measureLive },
  { parts: ['slack'], measure: measureSlack },
  { parts: ['intake'], measure: measureIntake },
  { parts: ['freed'], measure: measureFreed },
  { parts: ['inbox'], measure: measurePages },
];

const resultsFile = 'bench-results.json';

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void closeScopes().finally(() => process.exit(130)));
  }
  const options = readOptions(args);
  if (options === null) return 2;
  const benchUrl = process.env.DATABASE_URL ?? '';
  const figures: Figure[] = [];
  const failures: { parts: readonly Part[]; message: string }[] = [];
  const startedAt = new Date();
  const loads: { parts: readonly Part[]; load: number }[] = [];
  for (const { parts, measure } of measurements) {
    const wanted = parts.filter((part) => options.only.includes(part));
    if (wanted.length === 0) continue;
    const [load = 0] = os.loadavg();
    loads.push({ parts: wanted, load });
    console.log(`  measuring ${wanted.join(', ')} … (load ${load.toFixed(1)} on ${os.cpus().length} processors)`);
    try {
      figures.push(...(await measure(benchUrl, options)).filter(({ part }) => wanted.includes(part)));
    } catch (error) {
      failures.push({ parts: wanted, message: error instanceof Error ? error.message : String(error) });
      console.error(`  ${wanted.join(', ')} could not be measured:`, error);
    }
  }
  console.log(`\n${asTable(figures)}\n`);
  const before = loads.map(({ load }) => load);
  console.log(
    `Load average ${Math.min(...before).toFixed(1)} to ${Math.max(...before).toFixed(1)} at the start of each part, on ${os.cpus().length} processors: above that number, latencies tell of the machine; ratios and processor times still tell of us.`,
  );
  if (options.quick) console.log('Quick: too few samples to judge by.');
  const results = { startedAt, options, machine: await machine(benchUrl), loads, figures: asJson(figures), failures };
  fs.writeFileSync(inRoot(resultsFile), `${JSON.stringify(results, null, 2)}\n`);
  console.log(`Written to ${resultsFile}.`);
  return failures.length === 0 ? 0 : 1;
}

function readOptions(args: readonly string[]): Options | null {
  try {
    return parseOptions(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return null;
  }
}

async function machine(benchUrl: string): Promise<unknown> {
  const [row] = await execute(benchUrl, "select current_setting('server_version') as version");
  const cpus = os.cpus();
  return {
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    processors: `${cpus.length} × ${cpus[0]?.model ?? 'unknown'}`,
    memoryGB: Math.round(os.totalmem() / 1e9),
    load: os.loadavg(),
    node: process.version,
    postgres: row?.version,
  };
}
