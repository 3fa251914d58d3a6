import type { Metadata } from 'next';
import { Message } from '@/components/shell/message';
import { ButtonLink } from '@/components/ui/button';

export const metadata: Metadata = { title: 'Not found' };

export default function NotFound() {
  return (
    <Message
      title="There is nothing at this address"
      action={
        <ButtonLink href="/inbox" variant="primary">
          Go to the inbox
        </ButtonLink>
      }
    >
      The link may be old, or it leads to something that you may not see. If someone sent it to you, ask them who may
      open it.
    </Message>
  );
}
