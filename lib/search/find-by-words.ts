import { can, type Person } from '@/lib/domain/person';
import type { Services } from '@/lib/services';
import { type RequestHit, type RunHit, requestHits, runHits } from './store';

export type Hits = Readonly<{ requests: readonly RequestHit[]; runs: readonly RunHit[] }>;

const shownOfEach = 5;
const shortestWord = 2;
const longestText = 200;

/**
 * The requests and runs that somebody may mean by these words, or by an id of ours or of Gemini's: a few of each, what
 * waits first. Nothing for text too short to mean something, and nothing that this person may not read.
 */
export async function findByWords(services: Pick<Services, 'db'>, words: string, by: Person): Promise<Hits> {
  const text = words.replaceAll('\0', '').trim().slice(0, longestText);
  if (text.length < shortestWord) return { requests: [], runs: [] };
  const [requests, runs] = await Promise.all([
    can(by, 'approvals.read') ? requestHits(services.db, text, shownOfEach) : [],
    can(by, 'runs.read') ? runHits(services.db, text, shownOfEach) : [],
  ]);
  return { requests, runs };
}
