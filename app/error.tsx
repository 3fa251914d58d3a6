'use client';

import { Message } from '@/components/shell/message';
import { Button, ButtonLink } from '@/components/ui/button';

export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <Message
      title="This page could not be shown"
      reference={error.digest}
      action={
        <>
          <Button variant="primary" onClick={reset}>
            Try again
          </Button>
          <ButtonLink href="/inbox">Go to the inbox</ButtonLink>
        </>
      }
    >
      Something failed on our side. If you had just decided something, look at the request before you decide again: your
      decision may have been recorded.
    </Message>
  );
}
