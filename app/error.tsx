'use client';

import { Message, messageAction } from '@/components/shell/message';

export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <Message
      title="This page could not be shown"
      reference={error.digest}
      action={
        <>
          <button type="button" onClick={reset} className={messageAction.primary}>
            Try again
          </button>
          {/* A full load, which leaves the broken page behind. */}
          <a href="/inbox" className={messageAction.secondary}>
            Go to the inbox
          </a>
        </>
      }
    >
      Something failed on our side. If you had just decided something, look at the request before you decide again: your
      decision may have been recorded.
    </Message>
  );
}
