import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

type Import = Readonly<{ file: string; target: string; typeOnly: boolean }>;

/** Our files under these places, by their path from the root. */
function filesIn(...places: readonly string[]): string[] {
  return places.flatMap((place) => {
    const full = path.join(root, place);
    if (!fs.existsSync(full)) return [];
    if (fs.statSync(full).isFile()) return [place];
    return fs
      .readdirSync(full, { recursive: true, encoding: 'utf8' })
      .map((name) => path.posix.join(place, name.split(path.sep).join('/')))
      .filter((file) => /\.(tsx?|mjs)$/.test(file) && !/^lib\/generated\/|\/\.next\//.test(file));
  });
}

const texts = new Map<string, string>();
/** A file without its comments, so that what is said is not taken for what is done. */
function code(file: string): string {
  const known = texts.get(file);
  if (known !== undefined) return known;
  const text = fs
    .readFileSync(path.join(root, file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|[\s;{(])\/\/.*$/gm, '$1');
  texts.set(file, text);
  return text;
}

const statement =
  /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

/** What a file imports: our own files by their path from the root, packages by their name. */
function importsOf(file: string): Import[] {
  return [...code(file).matchAll(statement)].map(([, type, fixed, dynamic]) => {
    const named = fixed ?? dynamic ?? '';
    const target = named.startsWith('.')
      ? path.posix.join(path.posix.dirname(file), named)
      : named.startsWith('@/')
        ? named.slice(2)
        : named;
    return { file, target, typeOnly: type !== undefined };
  });
}

const isOurs = (target: string): boolean => /^(app|components|lib|tests|prisma)\//.test(target);
const isUnder = (target: string, places: readonly string[]): boolean =>
  places.some((place) => target === place || target.startsWith(`${place}/`));
const told = ({ file, target, typeOnly }: Import): string => `${file} → ${target}${typeOnly ? ' (type)' : ''}`;

const everything = filesIn('app', 'components', 'lib', 'instrumentation.ts', 'proxy.ts');
const allImports = everything.flatMap(importsOf);

/**
 * What does not keep the table below, each with its reason. An entry that nothing needs any more fails, so the list can
 * only be as long as what is wrong.
 */
const exceptions: Readonly<Record<string, { pattern: RegExp; why: string }>> = {
  formsKnowTheirActions: {
    pattern: /^components\/.* → app\/.*actions/,
    why: 'A form names the server action that it posts to, in place of getting it from its page.',
  },
  raisedAlarm: {
    pattern: /^lib\/live\/notify\.ts$/,
    why: 'pg_notify has no Prisma call; one line, and every room announces through it.',
  },
  refusalCounts: {
    pattern: /^lib\/webhooks\/refusals\.ts$/,
    why: 'One upsert that adds counts, beside the counting that it belongs to.',
  },
  slackInstallations: {
    pattern: /^lib\/slack\/installations\.ts$/,
    why: 'An upsert under a lock, not yet moved to a store.',
  },
  demoSimulator: {
    pattern: /^lib\/cli\/.* → tests\/fakes\//,
    why: 'The commands of the demo steer the simulated Gemini.',
  },
};
const used = new Set<string>();
function isException(offence: string): boolean {
  const found = Object.entries(exceptions).find(([, { pattern }]) => pattern.test(offence));
  if (found) used.add(found[0]);
  return found !== undefined;
}
const offences = (imports: readonly Import[]): string[] => imports.map(told).filter((offence) => !isException(offence));

describe('which room imports which', () => {
  test('lib/domain is pure: itself, and the packages that are rules themselves', () => {
    const packages = [
      'canonicalize',
      'ajv/dist/2020',
      'ajv-formats',
      'zod',
      'node:crypto',
      'jose',
      '@marcbachmann/cel-js',
      'yaml',
    ];
    const isPackage = (target: string) => packages.includes(target) || target.startsWith('@noble/hashes/');
    const wrong = filesIn('lib/domain')
      .flatMap(importsOf)
      .filter(({ target }) => !isUnder(target, ['lib/domain']) && !isPackage(target));
    expect(offences(wrong)).toEqual([]);
  });

  test('what verifies runs in a browser too: nothing of Node', () => {
    const seen = new Set<string>();
    const queue = ['lib/domain/proof/verify.ts'];
    for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
      if (seen.has(file)) continue;
      seen.add(file);
      queue.push(
        ...importsOf(file)
          .filter((one) => isOurs(one.target) && !one.typeOnly)
          .map(({ target }) => `${target}.ts`),
      );
    }
    expect(seen.size).toBeGreaterThan(10);
    const node = [...seen].flatMap(importsOf).filter(({ target, typeOnly }) => !typeOnly && target.startsWith('node:'));
    expect(node.map(told)).toEqual([]);
  });

  test('lib/domain has no clock, no chance and no environment', () => {
    const impure = /\bnew Date\(\)|\bDate\.now\(|\bMath\.random\(|\bprocess\.|\bsetTimeout\(|\bfetch\(|\bconsole\./;
    expect(filesIn('lib/domain').filter((file) => impure.test(code(file)))).toEqual([]);
  });

  test('components know lib/domain and each other, and of the use cases only the types of what they show', () => {
    const wrong = filesIn('components')
      .flatMap(importsOf)
      .filter(
        ({ target, typeOnly }) =>
          isOurs(target) && !isUnder(target, ['components', 'lib/domain']) && !(typeOnly && target.startsWith('lib/')),
      );
    expect(offences(wrong)).toEqual([]);
  });

  test('components/ui know nothing of approvals: themselves only', () => {
    const wrong = filesIn('components/ui')
      .flatMap(importsOf)
      .filter(({ target }) => isOurs(target) && !isUnder(target, ['components/ui', 'lib/domain/tier']));
    expect(offences(wrong)).toEqual([]);
  });

  test('nothing in lib imports app, components or tests', () => {
    const wrong = filesIn('lib')
      .filter((file) => !file.startsWith('lib/launch/'))
      .flatMap(importsOf)
      .filter(({ target }) => isUnder(target, ['app', 'components', 'tests']));
    expect(offences(wrong)).toEqual([]);
  });

  test('use cases know neither the worker, nor Slack, nor the web', () => {
    const useCases = filesIn(
      'lib/approvals',
      'lib/runs',
      'lib/webhooks',
      'lib/audit',
      'lib/tools',
      'lib/agents',
      'lib/settings',
    );
    const wrong = useCases
      .flatMap(importsOf)
      .filter(({ target }) =>
        isUnder(target, ['lib/worker', 'lib/slack', 'lib/auth', 'lib/process', 'lib/api', 'next', 'react']),
      );
    expect(offences(wrong)).toEqual([]);
  });

  test('use cases queue jobs and do not run them', () => {
    const wrong = filesIn('lib/approvals', 'lib/runs', 'lib/webhooks')
      .flatMap(importsOf)
      .filter(({ target }) => isUnder(target, ['lib/queue/handlers', 'lib/queue/store']));
    expect(offences(wrong)).toEqual([]);
  });

  test('app imports anything but the worker', () => {
    const wrong = filesIn('app')
      .flatMap(importsOf)
      .filter(({ target }) => isUnder(target, ['lib/worker', 'lib/worker-main', 'lib/launch', 'tests']));
    expect(offences(wrong)).toEqual([]);
  });

  test.each([
    ['@google/genai', ['lib/gemini.ts']],
    ['@slack/', ['lib/slack']],
    ['graphile-worker', ['lib/worker.ts', 'lib/launch']],
    ['better-auth', ['lib/people', 'app/api/auth', 'app/(account)', 'app/sign-in', 'app/set-up']],
    ['jose', ['lib/audit/signing-keys.ts', 'lib/webhooks/verify.ts', 'lib/slack/oauth.ts', 'lib/domain/proof/jws.ts']],
    ['pg', ['lib/db.ts', 'lib/worker.ts', 'lib/live/listener.ts', 'lib/launch', 'lib/webhooks/delivery-store.ts']],
  ])('%s stays behind its border', (name, places) => {
    const wrong = allImports.filter(
      ({ file, target }) =>
        (target === name || target.startsWith(name.endsWith('/') ? name : `${name}/`)) && !isUnder(file, places),
    );
    expect(offences(wrong)).toEqual([]);
  });

  test('each file is imported by its own name: there are no index files and no utils', () => {
    const names = [...everything, ...filesIn('tests')].map((file) => path.posix.basename(file));
    expect(names.filter((name) => /^(index|utils?|helpers?)\.(tsx?|mjs)$/.test(name))).toEqual([]);
  });

  test('no file only passes on what another exports', () => {
    expect(everything.filter((file) => /^\s*export \* from/m.test(code(file)))).toEqual([]);
  });
});

describe('what stays in few places', () => {
  test('the environment is read in lib/env.ts; beside it by the log and by what starts processes', () => {
    const readers = everything.filter((file) => /\bprocess\.env\b/.test(code(file)) && !file.startsWith('lib/launch/'));
    expect(readers.toSorted()).toEqual(['instrumentation.ts', 'lib/env.ts', 'lib/log.ts']);
    // Next puts this one value in by itself, to leave the worker out of the edge bundle.
    expect(code('instrumentation.ts').match(/process\.env\.\w+/g)).toEqual(['process.env.NEXT_RUNTIME']);
  });

  test('what must not reach a browser says so in its first line', () => {
    for (const file of ['lib/env.ts', 'lib/services.ts', 'lib/auth.ts', 'lib/worker.ts', 'lib/process.ts']) {
      expect(code(file).trimStart()).toMatch(/^import 'server-only'/);
    }
  });

  test('raw SQL stands in lib/queue and in stores', () => {
    const sql = /\$queryRaw|\$executeRaw|\.pool\s*\.query|\bpool\.query|\bclient\.query/;
    const allowed = /^lib\/(queue|launch)\/|store\.ts$/;
    const wrong = everything.filter((file) => sql.test(code(file)) && !allowed.test(file));
    expect(wrong.filter((file) => !isException(file))).toEqual([]);
  });

  test('nothing talks to the console but the command line, the launcher and the lines of a start', () => {
    const wrong = everything.filter((file) => /\bconsole\.\w+\(/.test(code(file)));
    expect(wrong.filter((file) => !/^lib\/(cli|launch)\/|^lib\/(start-process|worker-main)\.ts$/.test(file))).toEqual(
      [],
    );
  });
});

describe('types without a way out', () => {
  const ours = [...everything, ...filesIn('tests')].filter(
    (file) => /\.tsx?$/.test(file) && file !== 'tests/unit/boundaries.spec.ts',
  );

  test.each([
    ['any', /(?::|\bas|<|,|\|)\s*any\b(?!\w)\s*[;,)>|=\]]|\bany\[\]/],
    ['a value said not to be null', /[\w)\]]!(?:\.|;|\)|,|\[)/],
    ['a check turned off', /@ts-(?:ignore|nocheck|expect-error)/],
  ])('no %s', (_name, pattern) => {
    const wrong = ours.flatMap((file) => {
      const text = pattern.source.includes('@ts')
        ? fs.readFileSync(path.join(root, file), 'utf8')
        : withoutStrings(code(file));
      return pattern.test(text) ? [`${file}: ${pattern.exec(text)?.[0]}`] : [];
    });
    expect(wrong).toEqual([]);
  });

  test('the compiler is as strict as we say', () => {
    const { compilerOptions } = JSON.parse(fs.readFileSync(path.join(root, 'tsconfig.json'), 'utf8')) as {
      compilerOptions: Record<string, unknown>;
    };
    expect(compilerOptions).toMatchObject({
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
    });
  });
});

test('no exception is listed that nothing needs', () => {
  expect(Object.keys(exceptions).filter((name) => !used.has(name))).toEqual([]);
});

/** Text and patterns say what they like. */
function withoutStrings(text: string): string {
  return text.replace(
    /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/g,
    "''",
  );
}
