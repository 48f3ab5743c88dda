// An error as log data: what it is and what caused it, without the request and response dumps that clients hang on errors.

import { isNativeError } from 'node:util/types';

export interface ErrorDescription {
  readonly name: string;
  readonly message: string;
  readonly code?: string | number;
  /** Only for programming errors, where the place is the message. */
  readonly stack?: string;
  readonly cause?: ErrorDescription;
}

const DEEPEST_CAUSE = 6;
const LONGEST_MESSAGE = 2_000;

export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!isNativeError(error)) return { name: 'NonError', message: cut(String(error)) };
  const code = 'code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? error.code : undefined;
  const bug = error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
  return {
    name: error.name,
    message: cut(error.message),
    ...(code === undefined ? {} : { code }),
    ...(bug && error.stack !== undefined ? { stack: error.stack } : {}),
    ...(error.cause === undefined || depth >= DEEPEST_CAUSE ? {} : { cause: describeError(error.cause, depth + 1) }),
  };
}

function cut(text: string): string {
  return text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)}...` : text;
}
