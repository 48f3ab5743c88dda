// The body of a watch as events: one JSON document a line.
import { KubeError } from './kubeError.ts';

export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: T;
}

interface RawEvent<T> {
  readonly type: WatchEvent<T>['type'] | 'ERROR';
  readonly object: T & { readonly code?: number; readonly reason?: string; readonly message?: string };
}

/** Ends when the server ends the body in order. An ERROR event is thrown as the KubeError that it stands for. */
export async function* readWatch<T>(body: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<WatchEvent<T>> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield parseEvent<T>(line, path);
  }
  if (rest.trim() !== '') {
    throw new KubeError(`WATCH ${path}: the answer ended in the middle of an event`, { status: 0, reason: 'ConnectionReset' });
  }
}

function parseEvent<T>(line: string, path: string): WatchEvent<T> {
  const event = parseJson<RawEvent<T>>(line, path);
  if (event.type !== 'ERROR') return { type: event.type, object: event.object };
  const { code = 500, reason = 'Unknown', message = '' } = event.object;
  throw new KubeError(`WATCH ${path}: ${code} ${reason}: ${message}`, { status: code, reason });
}

function parseJson<E>(line: string, path: string): E {
  try {
    return JSON.parse(line) as E;
  } catch (cause) {
    throw new KubeError(`WATCH ${path}: an event is not JSON`, { status: 500, reason: 'BadEvent', cause });
  }
}
