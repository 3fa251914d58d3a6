'use server';

import { z } from 'zod';
import type { Place } from '@/components/shell/commands';
import { requirePerson } from '@/lib/auth';
import { findByWords } from '@/lib/search/find-by-words';
import { services } from '@/lib/services';

const words = z.string().max(1000);

/** The places that the palette offers beside its commands, for what was typed into it. */
export async function findPlacesAction(typed: string): Promise<readonly Place[]> {
  const viewer = await requirePerson();
  const { requests, runs } = await findByWords(services(), words.parse(typed), viewer);
  return [
    ...requests.map(({ id, effect, status }) => ({
      id,
      group: 'Requests',
      label: effect,
      detail: status === 'pending' ? 'waits' : status,
      href: `/approvals/${id}`,
    })),
    ...runs.map(({ id, title, status }) => ({ id, group: 'Runs', label: title, detail: status, href: `/runs/${id}` })),
  ];
}
