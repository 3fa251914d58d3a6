import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';

/** What stands in a page's place when its thing does not exist. */
export function SectionNotFound({ title, href, label }: { title: string; href: string; label: string }) {
  return (
    <>
      <h1 className="sr-only">Not found</h1>
      <EmptyState
        title={title}
        action={
          <ButtonLink href={href} variant="primary">
            {label}
          </ButtonLink>
        }
      >
        The link may be old, or have lost a part on its way.
      </EmptyState>
    </>
  );
}
