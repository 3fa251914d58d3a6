import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Figure } from '../figures';
import { openListeningPost } from '../listening-post';
import type { Options } from '../options';
import { inScope } from '../scope';
import { freshDatabase, pause, startBuiltApp } from '../servers';
import { percentile } from '../statistics';

/**
 * From the commit of a job to the first thing that it does: its request for the interaction, seen at Gemini's place. That
 * is a little after its start, so the figures are upper bounds.
 */
export async function measureJobs(benchUrl: string, options: Options): Promise<readonly Figure[]> {
  return inScope(async (scope) => {
    const databaseUrl = await freshDatabase(scope, benchUrl, 'jobs');
    const post = await openListeningPost(scope);
    await startBuiltApp(scope, { databaseUrl, geminiUrl: post.url });
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    scope.onEnd(() => client.end());

    const startOfOne = async (): Promise<number> => {
      const interactionId = `bench-${randomUUID()}`;
      await client.query({
        name: 'add-job',
        text: "select graphile_worker.add_job('interaction.sync', $1::json)",
        values: [JSON.stringify({ interactionId, runId: null })],
      });
      const committedAt = performance.now();
      const askedAt = await post.asked(interactionId, { withinMs: 10_000 });
      return Math.max(0, askedAt - committedAt); // the job may be faster than the answer to whoever queued it
    };
    for (let warming = 0; warming < 20; warming++) await startOfOne();
    const starts: number[] = [];
    for (let count = options.quick ? 60 : 150 * options.rounds; count > 0; count--) {
      starts.push(await startOfOne());
      await pause(20 + Math.random() * 40); // an idle worker has to be woken, at any moment of its poll
    }
    const part = 'jobs';
    const note = `${starts.length} jobs, one by one`;
    return [
      {
        part,
        what: 'start after the commit, p50',
        value: percentile(starts, 0.5),
        unit: 'ms',
        goal: { atMost: 15 },
        note,
      },
      { part, what: 'start after the commit, p99', value: percentile(starts, 0.99), unit: 'ms', goal: { atMost: 50 } },
    ];
  });
}
