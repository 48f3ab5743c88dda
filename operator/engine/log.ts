/** Structured logs. Secrets never reach it: see docs/security.md; the redaction here is only the last line of defence. */
import { createLogger, transports, format as winstonFormat } from 'winston';
import { describeError } from './describeError.ts';
import { scopedLogFields } from './logScope.ts';

export interface Logger {
  /** False where lines of level debug go nowhere: what is costly to put together is then left out. */
  readonly debugs: boolean;
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
  child(fields: Fields): Logger;
}

export type Fields = Readonly<Record<string, unknown>>;

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface LogOptions {
  readonly level?: LogLevel;
  /** `json`: one object a line, for machines. `human`: for a terminal. Default `json`. */
  readonly format?: 'json' | 'human';
  /** Default: standard output. */
  readonly stream?: NodeJS.WritableStream;
  /** Changes each finished line; `createRedactor` makes one that hides registered secrets. */
  readonly redact?: (line: string) => string;
}

type Entry = Readonly<Record<string, unknown>> & { readonly level: string; readonly message: unknown };

const MESSAGE = Symbol.for('message');

/** The process' log. Errors in fields are written with their codes and causes, and without the dumps that clients attach. */
export function createLog(options: LogOptions = {}): Logger {
  const redact = options.redact ?? ((line: string) => line);
  const render = options.format === 'human' ? humanLine : jsonLine;
  const finish = winstonFormat((info) => ({ ...info, [MESSAGE]: redact(render(info)) }));
  const logger = createLogger({
    level: options.level ?? 'info',
    format: finish(),
    transports: [new transports.Stream({ stream: options.stream ?? process.stdout })],
  });
  return wrap({ debugs: logger.isDebugEnabled(), write: (level, message, fields) => logger.log({ level, message, fields }) }, {});
}

/** A log that writes nothing, for code that is used without one. */
export const silentLog: Logger = wrap({ debugs: false, write: () => undefined }, {});

interface Sink {
  readonly debugs: boolean;
  readonly write: (level: LogLevel, message: string, fields: Fields) => void;
}

function wrap(sink: Sink, bound: Fields): Logger {
  const at = (level: LogLevel) => (message: string, fields?: Fields) =>
    sink.write(level, message, { ...scopedLogFields(), ...bound, ...fields });
  return {
    debugs: sink.debugs,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => wrap(sink, { ...bound, ...fields }),
  };
}

function jsonLine(entry: Entry): string {
  return JSON.stringify({ time: new Date().toISOString(), level: entry.level, message: entry.message, ...plainFields(entry) });
}

function humanLine(entry: Entry): string {
  const fields = Object.entries(plainFields(entry)).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [new Date().toISOString(), entry.level.toUpperCase().padEnd(5), String(entry.message), ...fields].join(' ');
}

/** The caller's fields as data that serialises; they cannot overwrite time, level or message. */
function plainFields(entry: Entry): Record<string, unknown> {
  const fields = Object.entries((entry['fields'] ?? {}) as Fields).filter(([name, value]) => value !== undefined && !RESERVED.has(name));
  return Object.fromEntries(
    fields.map(([name, value]) => [name, value instanceof Error || name === 'error' ? describeError(value) : plain(value)]),
  );
}

const RESERVED = new Set(['time', 'level', 'message']);

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  return value;
}
