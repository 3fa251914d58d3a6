import type { Metadata } from 'next';
import { Message, messageAction } from '@/components/shell/message';

export const metadata: Metadata = { title: 'Not found' };

export default function NotFound() {
  return (
    <Message
      title="There is nothing at this address"
      action={
        <a href="/inbox" className={messageAction.primary}>
          Go to the inbox
        </a>
      }
    >
      The link may be old, or it leads to something that you may not see. If someone sent it to you, ask them who may
      open it.
    </Message>
  );
}
