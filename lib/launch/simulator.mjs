import fs from 'node:fs';
import { describeDeath, startNode } from './processes.mjs';
import { Problem } from './project.mjs';
import { sleep } from './stop.mjs';

/**
 * Starts a simulated Gemini, or Slack, and waits for the one line in which it tells its address.
 * @param {{ log: string, of?: 'Gemini' | 'Slack', env?: Record<string, string | undefined> }} options
 */
export async function startSimulator({ log, of = 'Gemini', env = {} }) {
  const script = `tests/fakes/${of.toLowerCase()}/main.ts`;
  const simulator = startNode(`simulated ${of}`, ['--import', 'tsx', script], {
    env: { NODE_ENV: 'development', PORT: '0', ...env },
    log,
  });
  let end = null;
  void simulator.ended.then((value) => {
    end = value;
  });
  try {
    for (let waited = 0; waited < 30_000; waited += 50) {
      const url = /^(?:listening )?(http:\/\/\S+)$/m.exec(fs.readFileSync(log, 'utf8'))?.[1];
      if (url) return { simulator, url };
      if (end !== null) throw new Problem(describeDeath(simulator, end));
      await sleep(50);
    }
    throw new Problem(`The simulated ${of} did not start.\n${simulator.tail()}`);
  } catch (error) {
    await simulator.stop();
    throw error;
  }
}
