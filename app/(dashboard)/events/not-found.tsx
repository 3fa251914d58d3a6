import { SectionNotFound } from '@/components/admin/section-not-found';

export default function NotFound() {
  return <SectionNotFound title="There is no such event" href="/events" label="All events" />;
}
