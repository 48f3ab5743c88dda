/** Downloads from real local servers that are slow, break off, redirect, or send something else. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createDownloader, type DownloadLimits } from '../../../operator/download/downloader.ts';
import { PortError } from '../../../operator/ports/errors.ts';
import { makeCertificate } from '../../support/tls/makeCertificate.ts';

const CONTENT = Buffer.from('firmware '.repeat(20_000));
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');

let handler: RequestListener = (_request, response) => response.end(CONTENT);
const serve: RequestListener = (request, response) => handler(request, response);
const servers: Server[] = [];
let plain = '';
let secure = '';
let untrusted = '';
let certificate = '';

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

beforeAll(async () => {
  const { certPem, keyPem } = await makeCertificate(['localhost']);
  certificate = certPem;
  plain = `http://127.0.0.1:${await listen(createServer(serve))}`;
  secure = `https://localhost:${await listen(createTlsServer({ cert: certPem, key: keyPem }, serve))}`;
  const other = await makeCertificate(['localhost'], 'untrusted');
  untrusted = `https://localhost:${await listen(createTlsServer({ cert: other.certPem, key: other.keyPem }, serve))}`;
});

afterEach(() => {
  handler = (_request, response) => response.end(CONTENT);
});

afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

const leftovers = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('sriov-download-'));

async function fetchFrom(url: string, { sha256 = SHA256, signal = new AbortController().signal, ...limits }: Options = {}) {
  let received: Buffer | undefined;
  let failure: unknown;
  const before = await leftovers();
  try {
    await createDownloader(limits).withFile(
      { url, sha256 },
      async (content) => {
        const parts: Uint8Array[] = [];
        for await (const part of content) parts.push(part);
        received = Buffer.concat(parts);
      },
      signal,
    );
  } catch (error) {
    failure = error;
  }
  expect(await leftovers()).toEqual(before);
  return { received, failure };
}

interface Options extends Partial<DownloadLimits> {
  readonly sha256?: string;
  readonly signal?: AbortSignal;
}

describe('a download', () => {
  it('hands over a file that arrived whole, and leaves nothing behind', async () => {
    const { received, failure } = await fetchFrom(`${plain}/fw.bin`);
    expect(failure).toBeUndefined();
    expect(received?.equals(CONTENT)).toBe(true);
  });

  it('removes what a killed process left behind long ago, and nothing newer', async () => {
    const old = await mkdtemp(join(tmpdir(), 'sriov-download-'));
    const fresh = await mkdtemp(join(tmpdir(), 'sriov-download-'));
    const yesterday = new Date(Date.now() - 24 * 3_600_000);
    await utimes(old, yesterday, yesterday);
    await createDownloader().withFile({ url: `${plain}/fw.bin`, sha256: SHA256 }, async () => undefined, new AbortController().signal);
    const left = await leftovers();
    expect([left.includes(basename(old)), left.includes(basename(fresh))]).toEqual([false, true]);
    await rm(fresh, { recursive: true });
  });

  it('follows a redirect to https whose certificate the system trusts', async () => {
    const roots = getCACertificates('default');
    setDefaultCACertificates([...roots, certificate]);
    handler = (request, response) => {
      if (request.url === '/moved') response.writeHead(302, { location: `${secure}/fw.bin` }).end();
      else response.end(CONTENT);
    };
    const { received, failure } = await fetchFrom(`${plain}/moved`);
    setDefaultCACertificates(roots);
    expect(failure).toBeUndefined();
    expect(received?.equals(CONTENT)).toBe(true);
  });

  it('ends with the signal of the caller, which is no failure of the download', async () => {
    const stop = new AbortController();
    handler = () => stop.abort(new Error('stopped'));
    const { failure } = await fetchFrom(`${plain}/fw.bin`, { signal: stop.signal });
    expect(failure).toEqual(new Error('stopped'));
  });
});

interface Refusal {
  readonly why: string;
  readonly handle?: RequestListener;
  readonly path?: string;
  readonly base?: () => string;
  readonly options?: Options;
  readonly code: string;
  readonly message: RegExp;
}

const REFUSALS: readonly Refusal[] = [
  {
    why: 'a server that is slow takes no longer than the limit',
    handle: (_request, response) => void response.write('a'),
    options: { timeoutMs: 200 },
    code: 'DownloadFailed',
    message: /longer than 0\.2 s/,
  },
  {
    why: 'an answer that breaks off in the middle is no file',
    handle: (_request, response) => {
      response.writeHead(200, { 'content-length': CONTENT.length });
      response.write(CONTENT.subarray(0, 1000), () => response.destroy());
    },
    code: 'DownloadFailed',
    message: /could not be downloaded/,
  },
  { why: 'another file than declared', options: { sha256: '0'.repeat(64) }, code: 'DownloadChecksumMismatch', message: new RegExp(SHA256) },
  { why: 'a file that is too large', options: { maxBytes: 1000 }, code: 'DownloadRefused', message: /larger than 1000 bytes/ },
  {
    why: 'a redirect to plain http could come from anybody',
    handle: (_request, response) => void response.writeHead(302, { location: '/elsewhere' }).end(),
    code: 'DownloadRefused',
    message: /only redirects to https/,
  },
  {
    why: 'a redirect to a file of our own',
    handle: (_request, response) => void response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    code: 'DownloadRefused',
    message: /only redirects to https/,
  },
  {
    why: 'a file that is not there',
    handle: (_request, response) => void response.writeHead(404).end('no'),
    code: 'DownloadFailed',
    message: /answers 404/,
  },
  {
    why: 'a certificate that the system does not trust',
    base: () => untrusted,
    code: 'DownloadFailed',
    message: /self-signed certificate/,
  },
  { why: 'nobody listens', base: () => 'http://127.0.0.1:1', code: 'DownloadFailed', message: /could not be downloaded/ },
  {
    why: 'the query of a URL can hold a secret and is not shown',
    path: '/fw.bin?token=canary',
    handle: (_request, response) => void response.writeHead(403).end(),
    code: 'DownloadFailed',
    message: /^(?!.*canary).*answers 403/,
  },
];

describe('a download that is not taken', () => {
  it.each(REFUSALS)('$why', async ({ handle, path = '/fw.bin', base = () => plain, options, code, message }) => {
    if (handle !== undefined) handler = handle;
    const { received, failure } = await fetchFrom(`${base()}${path}`, options);
    expect(received).toBeUndefined();
    expect(failure).toBeInstanceOf(PortError);
    expect((failure as PortError).code).toBe(code);
    expect((failure as PortError).message).toMatch(message);
  });

  it('waits for its turn: no more at a time than allowed', async () => {
    let open = 0;
    let most = 0;
    handler = (_request, response) => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        response.end(CONTENT);
      }, 50);
    };
    const downloader = createDownloader({ parallel: 1 });
    const source = { url: `${plain}/fw.bin`, sha256: SHA256 };
    await Promise.all([1, 2, 3].map(() => downloader.withFile(source, async () => undefined, new AbortController().signal)));
    expect(most).toBe(1);
  });
});
