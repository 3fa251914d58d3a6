import { cache } from 'react';
import { countInbox } from '@/lib/approvals/queries';
import type { Person } from '@/lib/domain/person';
import { services } from '@/lib/services';

/** How much waits for this person: counted once a request, for the frame and the page in it. */
export const waitingFor = cache((person: Person) => countInbox(services(), person));
