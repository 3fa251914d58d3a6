import type { Control } from './control';
import { operations } from './control-routes';

/** Steers a simulator that runs in another process. The methods mean what they mean in `Control`. */
export type ControlClient = {
  [Name in keyof Control]: (...input: Parameters<Control[Name]>) => Promise<Awaited<ReturnType<Control[Name]>>>;
} & {
  /** Waits until the simulator answers; throws after `timeoutMs`. */
  waitUntilUp(timeoutMs?: number): Promise<void>;
};

/** `url` is the address that the simulator printed. Every method throws when the simulator refuses or is away. */
export function createControlClient(url: string): ControlClient {
  async function call(name: string, input: unknown): Promise<unknown> {
    const response = await fetch(`${url}/__sim/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      ...(input === undefined ? {} : { body: JSON.stringify(input) }),
    });
    if (!response.ok) throw new Error(`${name}: HTTP ${response.status} ${await response.text()}`);
    return response.json();
  }

  async function waitUntilUp(timeoutMs = 10_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    const PAUSE_MS = 50;
    for (;;) {
      try {
        await call('health', undefined);
        return;
      } catch (error) {
        if (Date.now() >= deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  }

  const calls = Object.fromEntries(operations.map((name) => [name, (input?: unknown) => call(name, input)]));
  return { ...calls, waitUntilUp } as ControlClient; // one method for each operation
}
