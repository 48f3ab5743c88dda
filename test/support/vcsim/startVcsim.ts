// A running vcsim: a vCenter or a standalone ESXi host with a few VMs, over TLS.
import { spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { createInterface } from 'node:readline';
import { ensureVcsim } from './ensureVcsim.ts';

export interface VcsimOptions {
  /** `esx`: a standalone host; `vpx`: a vCenter with a host outside and three inside a cluster. */
  readonly mode: 'esx' | 'vpx';
  /** PCI address of a ConnectX physical function with 8 VFs that every host gets; without it hosts report no PCI functions. */
  readonly physicalFunction?: string;
  /** VMs in each resource pool; default 2. */
  readonly vms?: number;
}

export interface Vcsim {
  /** `host:port`. */
  readonly server: string;
  readonly username: string;
  readonly password: string;
  readonly certificatePem: string;
  /** As OpenSSL prints it, `AA:BB:...`. */
  readonly certificateFingerprint: string;
  stop(): Promise<void>;
}

const USERNAME = 'operator';
const PASSWORD = 'vcsim & <secret> "ä"';

export async function startVcsim({ mode, physicalFunction, vms = 2 }: VcsimOptions): Promise<Vcsim> {
  const program = await ensureVcsim();
  const sriov = physicalFunction === undefined ? [] : ['-sriov', physicalFunction];
  const args = [...(mode === 'esx' ? ['-esx'] : []), ...sriov, '-vms', String(vms), '-user', USERNAME, '-password', PASSWORD];
  // vcsim ends when its standard input closes, so that it cannot outlive the tests.
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stderr.resume();
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const announced = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`vcsim ended with code ${code} before it listened`)));
  });
  const { host, certificate } = JSON.parse(announced) as { host: string; certificate: string };
  return {
    server: host,
    username: USERNAME,
    password: PASSWORD,
    certificatePem: certificate,
    certificateFingerprint: new X509Certificate(certificate).fingerprint256,
    stop: async () => {
      child.stdin.end();
      child.kill('SIGKILL');
      await exited;
    },
  };
}
