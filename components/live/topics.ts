import type { Change } from './connection';

type Topic = (change: Change) => boolean;

const topics = new Set<Topic>();

/** Says that the page on show depends on these changes. Returns what takes it back. */
export function addTopic(topic: Topic): () => void {
  topics.add(topic);
  return () => topics.delete(topic);
}

/** Whether what is on show depends on this change. */
export function concernsPage(change: Change): boolean {
  for (const topic of topics) if (topic(change)) return true;
  return false;
}
