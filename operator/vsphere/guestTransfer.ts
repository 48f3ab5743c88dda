/**
 * The HTTPS half of file transfers from and to a guest. vSphere answers with an address: `*` for the server that was asked, or the ESXi
 * host of the VM. Whoever it is, its certificate is verified before anything is sent: that of the asked server as declared, that of a host
 * against what the vCenter has of it (HostSystem.config.certificate, read in the verified session).
 */
import { X509Certificate } from 'node:crypto';
import type { TlsTrust } from '../ports/bmc.ts';
import { PortError } from '../ports/errors.ts';
import { connectionError } from './connectionErrors.ts';
import { retrieveOne } from './propertyCollector.ts';
import type { VsphereSession } from './session.ts';
import { type HttpAnswer, SoapTransport } from './soapTransport.ts';

export interface TransferSettings {
  /** Of the asked server. */
  readonly trust: TlsTrust;
  readonly connectTimeoutMs: number;
  /** For one transfer. */
  readonly timeoutMs: number;
}

export interface Transfer {
  /** As vSphere gave it; it holds a token, so it never goes into a message. */
  readonly url: string;
  readonly method: 'GET' | 'PUT';
  readonly body?: string;
  readonly vmMoRef: string;
}

/** Resolves with the body of an answer with status 200. */
export async function transfer(
  session: VsphereSession,
  settings: TransferSettings,
  { url, method, body, vmMoRef }: Transfer,
  signal: AbortSignal,
): Promise<string> {
  const target = addressOf(url, session.server);
  const trust = target.host === new URL(`https://${session.server}`).host ? settings.trust : await trustOfHost(session, vmMoRef, signal);
  const transport = new SoapTransport(trust, settings.connectTimeoutMs);
  const action = `the file transfer with the guest of ${vmMoRef}`;
  const { timeoutMs } = settings;
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const options = { method, headers: { 'Content-Type': 'application/octet-stream' }, signal: limit, idempotent: false };
    const answer = await transport.send(target.href, body === undefined ? options : { ...options, body });
    return bodyOf(answer, { host: target.host, action });
  } catch (error) {
    throw connectionError(error, { server: target.host, action, signal, timeoutMs });
  } finally {
    transport.close();
  }
}

function bodyOf({ status, body }: HttpAnswer, { host, action }: { readonly host: string; readonly action: string }): string {
  if (status === 200 || status === 201) return body;
  throw new PortError('GuestProgramFailed', `${host} answered ${action} with HTTP status ${status}`);
}

/** FileTransferInformation.url: "The client replaces the asterisk with the server name on which it invoked the call." */
function addressOf(url: string, server: string): URL {
  const [, host, rest] = /^https:\/\/([^/]+)(\/.*)$/.exec(url) ?? [];
  if (host === undefined || rest === undefined)
    throw new PortError('OutputNotUnderstood', 'vSphere gave an address for the file transfer that is not https');
  return new URL(`https://${/^\*(:\d+)?$/.test(host) ? server : host}${rest}`);
}

async function trustOfHost(session: VsphereSession, vmMoRef: string, signal: AbortSignal): Promise<TlsTrust> {
  return session.read(signal, async (calls) => {
    const vm = await retrieveOne(calls, { kind: 'VirtualMachine', value: vmMoRef }, ['runtime.host']);
    const host = vm.refOf('runtime.host');
    const found = host && (await retrieveOne(calls, host, ['config.certificate']));
    const bytes = (found?.items('config.certificate') ?? []).map(({ text }) => Number(text) & 0xff);
    try {
      return {
        certificateFingerprint: new X509Certificate(Buffer.from(bytes)).fingerprint256.replaceAll(':', '').toLowerCase(),
        caBundle: undefined,
      };
    } catch (error) {
      const message = 'the vCenter does not tell the certificate of the ESXi host that the file transfer with the guest goes through';
      throw new PortError('VsphereCertificateUntrusted', message, { cause: error });
    }
  });
}
