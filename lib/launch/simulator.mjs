import fs from 'node:fs';
import { describeDeath, startNode } from './processes.mjs';
import { Problem } from './project.mjs';
import { sleep } from './stop.mjs';

/**
 * Starts the simulated Gemini and waits for the one line in which it tells its address.
 * @param {{ log: string, env?: Record<string, string | undefined> }} options
 */
export async function startSimulator({ log, env = {} }) {
  const simulator = startNode('simulated Gemini', ['--import', 'tsx', 'tests/fakes/gemini/main.ts'], {
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
    throw new Problem(`The simulated Gemini did not start.\n${simulator.tail()}`);
  } catch (error) {
    await simulator.stop();
    throw error;
  }
}
