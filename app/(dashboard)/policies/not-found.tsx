import { SectionNotFound } from '@/components/admin/section-not-found';

export default function NotFound() {
  return <SectionNotFound title="There is no such version of the policy" href="/policies" label="All versions" />;
}
