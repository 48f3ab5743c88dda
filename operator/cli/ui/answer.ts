/** From a request to an answer: the gate first, then the cluster with the caller's own rights, then a page. */
import { randomBytes } from 'node:crypto';
import { isKubeError } from '../../kube/kubeError.ts';
import { attachmentsFor, readStatus } from '../commands/status.ts';
import { CliError } from '../exit.ts';
import type { Io } from '../io.ts';
import { getNamed, type KubeAccess } from '../kubeAccess.ts';
import { messageOf } from '../messageOf.ts';
import { attachmentsOf } from '../statusView.ts';
import { fleetPage } from './fleetPage.ts';
import { frameOf, policyFor } from './frame.ts';
import { type Admission, type Gate, judge, type Route, type UiRequest } from './gate.ts';
import { type Links, linksWith } from './links.ts';
import { paragraph } from './markup.ts';
import { attachmentPage, hostPage } from './objectPage.ts';

export interface UiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface UiSource {
  readonly kube: KubeAccess;
  readonly io: Pick<Io, 'now'>;
}

const HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};
/** For one page, in milliseconds. */
const READ_MS = 30_000;

/** Never rejects: what fails is a page that says so. */
export async function answerRequest(request: UiRequest, gate: Gate, source: UiSource): Promise<UiAnswer> {
  const verdict = judge(request, gate);
  if ('why' in verdict) return refuse(verdict.status, verdict.why);
  const { route, refresh } = verdict;
  const links = linksWith({ token: gate.token, refresh });
  const title =
    route.page === 'fleet' ? 'SR-IOV fleet' : `${route.page === 'host' ? 'Host' : 'Attachment'} ${route.namespace}/${route.name}`;
  const { status, body } = await bodyOf(verdict, links, source);
  const nonce = randomBytes(16).toString('base64');
  const pages = [
    { text: 'Fleet', href: links.fleet },
    { text: refresh ? 'Stop loading anew' : 'Load anew by itself', href: links.switchRefresh(route) },
  ];
  const text = frameOf({ title, body, now: source.io.now(), nonce, refresh, links: pages });
  return {
    status,
    headers: { ...HEADERS, 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policyFor(nonce) },
    body: text,
  };
}

/** Plain text, and nothing of the request in it. */
function refuse(status: 403 | 404 | 405, why: string): UiAnswer {
  const headers = {
    ...HEADERS,
    'content-type': 'text/plain; charset=utf-8',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
  };
  return { status, headers, body: `${why}\n` };
}

async function bodyOf(
  { route }: Admission,
  links: Links,
  source: UiSource,
): Promise<Pick<UiAnswer, 'status'> & { body: readonly string[] }> {
  const signal = AbortSignal.any([source.kube.signal, AbortSignal.timeout(READ_MS)]);
  try {
    return { status: 200, body: await readPage(route, links, { ...source, kube: { ...source.kube, signal } }) };
  } catch (error) {
    return { status: statusOf(error), body: [paragraph(`This cannot be shown: ${messageOf(error)}`)] };
  }
}

async function readPage(route: Route, links: Links, { kube }: UiSource): Promise<readonly string[]> {
  const notes: string[] = [];
  const io = { note: (line: string) => void notes.push(line) };
  const body = await markupOf(route, links, { kube, io });
  return [...notes.map((line) => paragraph(line)), ...body];
}

async function markupOf(
  route: Route,
  links: Links,
  { kube, io }: { readonly kube: KubeAccess; readonly io: Pick<Io, 'note'> },
): Promise<readonly string[]> {
  if (route.page === 'fleet') return fleetPage(await readStatus(kube, undefined, io), links);
  const there: KubeAccess = { ...kube, namespace: route.namespace };
  const object = await getNamed(there, `${route.page === 'host' ? 'srh' : 'sva'}/${route.name}`);
  if (object.kind === 'SriovVmAttachment') return attachmentPage(object, links);
  const scope = kube.scope === undefined ? undefined : route.namespace;
  const attachments = await attachmentsFor({ ...there, scope }, [object], io);
  return hostPage(object, attachmentsOf(object, attachments), links);
}

function statusOf(error: unknown): number {
  if (isKubeError(error, 401) || isKubeError(error, 403)) return 403;
  return error instanceof CliError ? 404 : 502;
}
