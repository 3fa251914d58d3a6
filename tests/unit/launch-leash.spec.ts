import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { inRoot } from '@/lib/launch/project.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-leash-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

test('a process on the leash is asked to stop when the one that started it is killed', async () => {
  const told = path.join(folder, 'told');
  const server = path.join(folder, 'server.mjs');
  const launcher = path.join(folder, 'launcher.mjs');
  fs.writeFileSync(
    server,
    `import fs from 'node:fs';
     process.on('SIGTERM', () => { fs.writeFileSync(${JSON.stringify(told)}, 'SIGTERM'); process.exit(); });
     setInterval(() => {}, 1000);
     process.stdout.write('up');`,
  );
  fs.writeFileSync(
    launcher,
    `const { startNode } = await import(${JSON.stringify(inRoot('lib/launch/processes.mjs'))});
     startNode('server', [${JSON.stringify(server)}]);`,
  );
  const command = spawn(process.execPath, [launcher], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => command.stdout.once('data', resolve));
  expect(fs.existsSync(told)).toBe(false);
  command.kill('SIGKILL');
  await expect.poll(() => fs.existsSync(told), { timeout: 10_000 }).toBe(true);
}, 15_000);
