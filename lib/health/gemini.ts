import type { Services } from '@/lib/services';

export type GeminiHealth = Readonly<{
  state: 'reachable' | 'no_key' | 'key_refused' | 'unreachable';
  message: string;
  /** How long the answer took. */
  tookMs: number | null;
}>;

const keptMs = 15_000; // however often the page is read, Gemini is asked four times a minute
const patienceMs = 4_000;
// No id of Gemini's has this form: it answers "not found", which is all that is to be known.
const nobody = 'countersign-health-check';

type Kept = { at: number; answer: Promise<GeminiHealth> };
const shared = globalThis as typeof globalThis & { countersignGeminiHealth?: WeakMap<object, Kept> };
shared.countersignGeminiHealth ??= new WeakMap();
const kept = shared.countersignGeminiHealth;

/** Whether Gemini answers and takes our key, as of the last 15 seconds. Never takes longer than four, and never throws. */
export function geminiHealth(services: Pick<Services, 'gemini'>): Promise<GeminiHealth> {
  const at = Date.now();
  const present = kept.get(services.gemini);
  if (present !== undefined && at - present.at < keptMs) return present.answer;
  const answer = ask(services);
  kept.set(services.gemini, { at, answer });
  return answer;
}

async function ask({ gemini }: Pick<Services, 'gemini'>): Promise<GeminiHealth> {
  if (!gemini.configured) return { state: 'no_key', message: 'No API key is set.', tookMs: null };
  const began = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), patienceMs);
  });
  try {
    const read = await Promise.race([gemini.read(nobody), late]);
    const tookMs = Math.round(performance.now() - began);
    if (read === 'late') {
      return { state: 'unreachable', message: `No answer within ${patienceMs / 1000} seconds.`, tookMs: null };
    }
    if (read.kind === 'unavailable') return { state: 'unreachable', message: read.message, tookMs };
    if (read.kind === 'refused' && (read.status === 401 || read.status === 403)) {
      return { state: 'key_refused', message: read.message, tookMs };
    }
    return { state: 'reachable', message: 'Answers, and takes our key.', tookMs };
  } catch (error) {
    const message = error instanceof Error ? error.message : 'It could not be asked.';
    return { state: 'unreachable', message, tookMs: null };
  } finally {
    clearTimeout(timer);
  }
}
