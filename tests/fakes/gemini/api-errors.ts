import type { ApiAnswer } from './wire';

/** An error as the interactions and webhooks endpoints write it: the code is a word. */
export function apiError(status: number, code: string, message: string): ApiAnswer {
  return { status, body: { error: { message, code } } };
}

/** The answer to everything that the caller got wrong. */
export function invalidRequest(message: string): ApiAnswer {
  return apiError(400, 'invalid_request', message);
}

/** Also for what exists but belongs to another project. */
export function notFound(what: 'Interaction' | 'Webhook' | 'Agent'): ApiAnswer {
  return apiError(404, 'not_found', `${what} not found.`);
}

/** An error as Google's gateway writes it: the code is the HTTP status, and the word stands in `status`. */
export function gatewayError(status: number, word: string, message: string, reason?: string): ApiAnswer {
  const details =
    reason === undefined ? {} : { details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason }] };
  return { status, body: { error: { code: status, message, status: word, ...details } } };
}
