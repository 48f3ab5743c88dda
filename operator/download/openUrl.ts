/** Opens a URL for reading: redirects are followed by hand, and only to https. */
import { PortError } from '../ports/errors.ts';
import { shownUrl } from './shownUrl.ts';

const MAX_REDIRECTS = 5;

/**
 * The body of the first answer that is no redirect. TLS is verified with the roots of the runtime (NODE_EXTRA_CA_CERTS adds own ones).
 * The body is taken as it is (`identity`), since the declared checksum is that of the file.
 */
export async function openUrl(url: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  let next = url;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const headers = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'esxi-sriov-operator' };
    const response = await fetch(next, { redirect: 'manual', headers, signal });
    const location = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && location !== null) {
      await response.body?.cancel();
      next = redirectTarget(location, next);
      continue;
    }
    if (response.status === 200 && response.body !== null) return response.body;
    await response.body?.cancel();
    throw new PortError('DownloadFailed', `${shownUrl(next)} could not be downloaded: the server answers ${response.status}`);
  }
  throw new PortError('DownloadRefused', `${shownUrl(url)} is redirected more than ${MAX_REDIRECTS} times; it is not taken`);
}

function redirectTarget(location: string, from: string): string {
  const target = URL.parse(location, from);
  if (target?.protocol === 'https:' && target.username === '' && target.password === '') return target.href;
  throw new PortError(
    'DownloadRefused',
    `${shownUrl(from)} is redirected to ${target === null ? 'something that is no URL' : shownUrl(target.href)}; only redirects to https are followed`,
  );
}
