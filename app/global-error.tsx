'use client';

import { Message, messageAction } from '@/components/shell/message';
import './globals.css';

export default function GlobalError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>Countersign could not start</title>
        <Message
          title="Countersign could not be shown"
          reference={error.digest}
          action={
            <button type="button" onClick={reset} className={messageAction.primary}>
              Try again
            </button>
          }
        >
          Something failed on our side before the page could be built. Requests and decisions are stored apart from it
          and are not affected.
        </Message>
      </body>
    </html>
  );
}
