import { Part } from '@/components/admin/health/part';
import { SafeText } from '@/components/ui/safe-text';
import type { Tone } from '@/components/ui/tone';
import { type GeminiHealth, geminiHealth } from '@/lib/health/gemini';
import { services } from '@/lib/services';

const looks: Record<GeminiHealth['state'], { tone: Tone; word: string }> = {
  reachable: { tone: 'success', word: 'Answers' },
  no_key: { tone: 'danger', word: 'No API key' },
  key_refused: { tone: 'danger', word: 'Refuses our key' },
  unreachable: { tone: 'danger', word: 'Cannot be reached' },
};

/** Whether Gemini answers; it may take seconds to know, so the page does not wait for it. */
export async function GeminiPart() {
  const { state, message, tookMs } = await geminiHealth(services());
  return (
    <Part
      name="Gemini"
      tone={looks[state].tone}
      state={looks[state].word}
      detail={
        <>
          <SafeText>{message}</SafeText>
          {state === 'reachable' && tookMs !== null && ` ${tookMs} ms.`}
        </>
      }
    />
  );
}
