/** Serves files over HTTP on this machine, as a web server with firmware images would. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `files`: content by path, `/fw.bin`. Resolves with the URL of the server; it does not keep the process alive. */
export async function serveFiles(files: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const server = createServer((request, response) => {
    const content = files.get(request.url ?? '');
    if (content === undefined) response.writeHead(404).end();
    else response.end(content);
  });
  server.unref();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
