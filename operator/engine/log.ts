/** Structured logs.. Secrets never reach it: see redaction in docs/security.md. */

export interface Logger {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
  child(fields: Fields): Logger;
}

export type Fields = Readonly<Record<string, unknown>>;
