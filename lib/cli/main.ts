import { env } from '@/lib/env';
import { createServices } from '@/lib/services';
import { runCommand } from './commands';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

process.exitCode = await runCommand(process.argv.slice(2), {
  out: (line) => console.log(line),
  error: (line) => console.error(line),
  async readInput() {
    let text = '';
    for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk;
    return text;
  },
  openServices: () => createServices(env()),
  stop: stop.signal,
});
