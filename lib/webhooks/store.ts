import type { Services } from '@/lib/services';

// reference/gemini.md §9.4: anyone can have Google sign a delivery to our address, so looking such ids up needs a limit.
const strangersAMinute = 60;

/**
 * Whether an id from a delivery that Google signed for anyone may be looked up at Gemini: it is known here, its address
 * carries the token of a run, or there were few strangers in the last minute.
 */
export async function mayLookUp(
  services: Pick<Services, 'db' | 'now'>,
  delivery: { interactionId: string; runToken: string | null },
): Promise<boolean> {
  const { rows } = await services.db.pool.query<{ known: boolean; strangers: number }>({
    name: 'may-look-up',
    text: `select exists (select from interaction where id = $1) or exists (select from run where token = $2) as known,
                  (select count(*)::int from (
                     select from webhook_event
                     where received_at > $3::timestamptz - interval '1 minute' and scheme <> 'v1' and outcome in ('not_ours', 'ignored')
                     limit $4) as recent) as strangers`,
    values: [delivery.interactionId, delivery.runToken, services.now(), strangersAMinute],
  });
  const [row] = rows;
  return row?.known === true || (row?.strangers ?? 0) < strangersAMinute;
}
