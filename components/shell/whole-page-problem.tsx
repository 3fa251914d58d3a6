'use client';

import { Message, messageAction } from './message';

/** A page outside the frame that could not be shown: what that means for decisions, and the ways on. */
export default function WholePageProblem({ reference, retry }: { reference: string | undefined; retry: () => void }) {
  return (
    <Message
      title="This page could not be shown"
      reference={reference}
      action={
        <>
          <button type="button" onClick={retry} className={messageAction.primary}>
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
