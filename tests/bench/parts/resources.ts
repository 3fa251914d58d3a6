import { gzipSync } from 'node:zlib';
import type { Figure } from '../figures';
import { signIn } from '../people';
import { familyOf, residentKB } from '../processes';
import { inScope } from '../scope';
import { freshDatabase, pause, type Server, startBuiltApp } from '../servers';

const idleMs = 20_000;

/** Resident memory of the app with its worker, all its processes together, when nothing has happened for a while. */
export async function measureMemory(benchUrl: string): Promise<readonly Figure[]> {
  return inScope(async (scope) => {
    const databaseUrl = await freshDatabase(scope, benchUrl, 'memory');
    const app = await startBuiltApp(scope, { databaseUrl, geminiUrl: null });
    await pause(idleMs);
    const fresh = residentMB(app.pid);
    const cookie = await signIn(app, databaseUrl);
    for (const path of ['/inbox', '/runs', '/inbox?tab=done']) {
      for (let count = 0; count < 10; count++) await (await fetch(app.url + path, { headers: { cookie } })).text();
    }
    await pause(idleMs);
    const part = 'memory';
    return [
      {
        part,
        what: 'resident, idle with worker',
        value: fresh,
        unit: 'MB',
        goal: { below: 350 },
        note: '20 s after the start',
      },
      { part, what: 'resident, idle after 30 pages', value: residentMB(app.pid), unit: 'MB' },
    ];
  });
}

/** The JavaScript that a browser loads before the inbox is complete: every script that its HTML names, compressed. */
export async function measureJavaScript(benchUrl: string): Promise<readonly Figure[]> {
  return inScope(async (scope) => {
    const databaseUrl = await freshDatabase(scope, benchUrl, 'js');
    const app = await startBuiltApp(scope, { databaseUrl, geminiUrl: null });
    const cookie = await signIn(app, databaseUrl);
    const scripts = await scriptsOf(app, cookie, '/inbox');
    const total = (size: (script: Buffer) => number): number =>
      scripts.reduce((sum, script) => sum + size(script), 0) / 1000;
    const part = 'js';
    return [
      {
        part,
        what: 'first load of the inbox, gzip',
        value: total((script) => gzipSync(script).length),
        unit: 'kB',
        goal: { below: 150 },
        note: `${scripts.length} files`,
      },
      { part, what: 'first load of the inbox, as it is', value: total((script) => script.length), unit: 'kB' },
    ];
  });
}

async function scriptsOf(app: Server, cookie: string, path: string): Promise<readonly Buffer[]> {
  const page = await fetch(app.url + path, { headers: { cookie }, redirect: 'manual' });
  if (page.status !== 200) throw new Error(`${path} answered ${page.status}.`);
  const html = await page.text();
  const names = [...html.matchAll(/<(?:script|link)\b[^>]*>/g)].flatMap(([tag]) => {
    const preloads =
      /\brel="(?:modulepreload|preload)"/.test(tag) && (/\bas="script"/.test(tag) || /modulepreload/.test(tag));
    const runs = tag.startsWith('<script') && !/\bnomodule\b/i.test(tag); // that one is for browsers of long ago
    const name = (runs ? /\bsrc="([^"]+)"/ : preloads ? /\bhref="([^"]+)"/ : null)?.exec(tag)?.[1];
    return name === undefined ? [] : [name.replaceAll('&amp;', '&')];
  });
  if (names.length === 0) throw new Error(`${path} names no script.`);
  return Promise.all(
    [...new Set(names)].map(async (name) => {
      const answer = await fetch(new URL(name, app.url));
      if (!answer.ok) throw new Error(`${name} answered ${answer.status}.`);
      return Buffer.from(await answer.arrayBuffer());
    }),
  );
}

/** Of the app and all that it started; what they share, such as Node's own code, counts once where the system tells. */
function residentMB(pid: number): number {
  return (familyOf(pid).reduce((sum, one) => sum + residentKB(one), 0) * 1024) / 1e6;
}
