import { useOptimistic, useTransition } from 'react';
import { toast } from '@/components/ui/toast';
import type { Answer } from '@/lib/people/answered';

/**
 * A setting that is saved as soon as it is changed: shown changed at once, taken back when it is refused; either way a
 * toast says so. `id` keeps one toast for settings that belong together.
 */
export function useSavedAtOnce<Value>(
  value: Value,
  id: string,
): [Value, (next: Value, save: () => Promise<Answer>) => void] {
  const [shown, show] = useOptimistic(value);
  const [, start] = useTransition();
  const change = (next: Value, save: () => Promise<Answer>) =>
    start(async () => {
      show(next);
      const answer = await save();
      toast(answer.message, { tone: answer.ok ? 'success' : 'danger', id });
    });
  return [shown, change];
}
