/** The server of `ui`: on 127.0.0.1 only, until the signal of the terminal. */
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { CliError, textOfError } from '../exit.ts';
import { answerRequest, type UiSource } from './answer.ts';
import type { Gate } from './gate.ts';
import { linksWith } from './links.ts';

const ADDRESS = '127.0.0.1';

export interface RunningUi {
  readonly url: string;
  /** Ends open connections as well. */
  stop(): Promise<void>;
}

/** `port` 0: one that is free. Rejects with a CliError where nobody can listen there. */
export async function serveUi(source: UiSource, port: number): Promise<RunningUi> {
  const token = randomBytes(32).toString('base64url');
  const server = createServer();
  const gate: Gate = { token, port: await listen(server, port) };
  server.on('request', async ({ method = '', url = '', headers }, response) => {
    const { host, origin } = headers;
    const { status, headers: fields, body } = await answerRequest({ method, target: url, host, origin }, gate, source);
    response.writeHead(status, { ...fields, 'content-length': Buffer.byteLength(body) });
    response.end(method === 'HEAD' ? undefined : body);
  });
  return {
    url: `http://${ADDRESS}:${gate.port}${linksWith({ token, refresh: true }).fleet}`,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(
        new CliError(`port ${port} of ${ADDRESS} cannot be used: ${textOfError(error)}; leave --port out for a free one`, { cause: error }),
      );
    });
    server.listen({ host: ADDRESS, port }, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new CliError('the server has no port');
  return address.port;
}
