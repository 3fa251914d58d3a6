import { SectionNotFound } from '@/components/admin/section-not-found';

export default function NotFound() {
  return <SectionNotFound title="There is no such agent or function" href="/agents" label="All agents" />;
}
