import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { ensureBuild } from './build.mjs';
import { demoDatabase } from './database.mjs';
import { ensureClient } from './generate.mjs';
import { claim } from './lock.mjs';
import { nextFreePort } from './ports.mjs';
import { childEnv, stopAll, supervise } from './processes.mjs';
import { step, stepIfSlow } from './progress.mjs';
import { demoDir, Problem } from './project.mjs';
import { runTypescript } from './scripts.mjs';
import { localUrl, requireReady, startApp, sweepAfter, withDatabase } from './serve.mjs';
import { startSimulator } from './simulator.mjs';
import { stopSignal } from './stop.mjs';

/** `npm run demo`: the app against a simulated Gemini, with people and runs to decide about. Starts anew unless `--keep`. */
export async function demo(args) {
  const unknown = args.filter((argument) => argument !== '--keep');
  if (unknown.length > 0) throw new Problem(`The demo does not know ${unknown.join(' ')}; it has one option, --keep.`);
  const keep = args.includes('--keep');
  const home = demoDir();
  fs.mkdirSync(home, { recursive: true });
  const lock = path.join(home, 'running');
  // The second try succeeds on what a killed demo left behind.
  if (!claim(lock) && !claim(lock))
    throw new Problem('A demo already runs here. Stop it first (Ctrl-C where it runs).');
  try {
    const port = await nextFreePort();
    await ensureClient();
    await ensureBuild();
    return await withDatabase((database) => runDemo({ database, port, home, keep }), demoDatabase, {
      fresh: !keep,
    });
  } finally {
    fs.rmSync(lock, { force: true });
  }
}

async function runDemo({ database, port, home, keep }) {
  const running = [];
  try {
    const secret = readOrMakeSecret(path.join(home, 'webhook-secret'));
    const { simulator, url } = await startSimulator({
      log: path.join(home, 'gemini.log'),
      env: { GEMINI_WEBHOOK_SECRET: secret, APP_URL: localUrl(port), ...sweepAfter(database) },
    });
    running.push(simulator);
    const slack = { signingSecret: secret.slice('whsec_'.length), token: `xoxb-${randomBytes(16).toString('hex')}` };
    const { simulator: slackSimulator, url: slackUrl } = await startSimulator({
      of: 'Slack',
      log: path.join(home, 'slack.log'),
      env: {
        SIGNING_SECRET: slack.signingSecret,
        TOKEN: slack.token,
        APP_NAME: 'Countersign',
        APP_URL: localUrl(port),
        ...sweepAfter(database),
      },
    });
    running.push(slackSimulator);
    const env = demoEnv({ database, port, home, secret, geminiUrl: url, slack: { ...slack, url: slackUrl } });
    const app = startApp({ port, env, log: path.join(home, 'app.log') });
    running.push(app);
    await stepIfSlow('start', 'the app, a simulated Gemini and a simulated Slack', () =>
      requireReady(app, localUrl(port), 90_000),
    );
    const welcome = await step('seed', keep ? 'signing in' : 'people, agents and their first runs', () =>
      runTypescript('lib/cli/demo-seed.ts', keep ? ['--keep'] : [], {
        env: childEnv(env),
        advice: `The demo could not be filled. The app's log is ${path.join(home, 'app.log')}.`,
      }),
    );
    showWelcome(welcome, { port, home, slackUrl });
    return await supervise(running);
  } finally {
    await stopAll(running);
  }
}

/** The demo is complete in itself: whatever accounts and addresses the environment or an .env file names stay out of it. */
function demoEnv({ database, port, home, secret, geminiUrl, slack }) {
  const absent = ['SLACK_APP_TOKEN', 'ADMIN_EMAIL', 'ADMIN_PASSWORD'];
  const unset = [
    ...absent,
    'APP_SECRET',
    'GEMINI_JWKS_URL',
    'GEMINI_WEBHOOK_AUDIENCE',
    'GEMINI_WEBHOOKS',
    'GOOGLE_API_KEY',
    'RECONCILE_SECONDS',
    'WORKER',
    'GALLERY',
  ];
  return {
    ...Object.fromEntries(unset.map((name) => [name, ''])),
    DATABASE_URL: database.url,
    DATA_DIR: home,
    PORT: String(port),
    APP_URL: localUrl(port),
    GOOGLE_GEMINI_BASE_URL: geminiUrl,
    GEMINI_API_KEY: 'demo-key',
    GEMINI_WEBHOOK_SECRET: secret,
    SLACK_BOT_TOKEN: slack.token,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: `${slack.url}/api`,
    COUNTERSIGN_DEMO: '1',
    ...sweepAfter(database),
  };
}

/** A signing secret as Standard Webhooks writes them. */
function readOrMakeSecret(file) {
  if (!fs.existsSync(file)) fs.writeFileSync(file, `whsec_${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  return fs.readFileSync(file, 'utf8').trim();
}

function showWelcome(text, { port, home, slackUrl }) {
  if (stopSignal.aborted) return;
  const link = /https?:\/\/\S+/.exec(text)?.[0] ?? localUrl(port);
  const rest = text
    .split('\n')
    .filter((line) => !line.includes(link))
    .join('\n')
    .trim();
  console.log(`
  Countersign is running with a simulated Gemini and a simulated Slack. Open this link; it signs you in:

      ${link}
${rest === '' ? '' : `\n${rest.replace(/^/gm, '  ')}\n`}
  The same approvals in Slack, where you can be anybody: ${slackUrl}

  What to do: open an approval that waits for you, read the call, approve or reject it, and watch its run go on.
  For the API, make a key under People → API keys, or with npm run countersign -- --demo key create.
  The logs are in ${path.relative(process.cwd(), home) || home}. Ctrl-C stops everything; npm run demo -- --keep goes on where you left off.
`);
}
