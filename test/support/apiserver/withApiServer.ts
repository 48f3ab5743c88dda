// One API server for a test file: `const cluster = withApiServer();` at the top, `cluster()` inside the tests.
import { afterAll, beforeAll } from '@jest/globals';
import { type ApiServer, type ApiServerOptions, startApiServer } from './apiServer.ts';

// A cold build of the binaries takes minutes; `node test/support/apiserver/ensure.ts` shows its progress.
const START_TIMEOUT_MS = 20 * 60_000;

/** Starts it before the file's tests and stops it after them. */
export function withApiServer(options: ApiServerOptions = {}): () => ApiServer {
  let running: ApiServer | undefined;
  beforeAll(async () => {
    running = await startApiServer(options);
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    await running?.stop();
  }, 30_000);
  return () => {
    if (running === undefined) throw new Error('the API server runs only inside tests and hooks');
    return running;
  };
}
