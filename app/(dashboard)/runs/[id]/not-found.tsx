import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';

export default function NotFound() {
  return (
    <>
      <h1 className="sr-only">Not found</h1>
      <EmptyState title="There is no such run" action={<ButtonLink href="/runs">Look at all runs</ButtonLink>}>
        The address may be cut off, or it belongs to another workspace.
      </EmptyState>
    </>
  );
}
