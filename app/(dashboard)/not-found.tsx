import { Message } from '@/components/shell/message';
import { ButtonLink } from '@/components/ui/button';

export default function NotFound() {
  return (
    <Message
      framed
      title="There is nothing at this address"
      action={
        <ButtonLink href="/inbox" variant="primary">
          Go to the inbox
        </ButtonLink>
      }
    >
      The link may be old, or it leads to something that you may not see.
    </Message>
  );
}
