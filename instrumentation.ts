/** Called once when the app starts: checks the environment, makes the first admin, starts the worker. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { startProcess } = await import('./lib/start-process');
    await startProcess();
  }
}
