/**
 * The image: built from the real Dockerfile with buildah, and run with podman, read-only and without rights, against a real API server and the
 * simulated fleet. Its base is a minimal Debian with the Node of this project, since no registry can be counted on.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectX5En } from '../simulator/profiles/adapterModels.ts';
import { startDnsServer } from '../support/lab/dnsServer.ts';
import { type Lab, OPERATOR_NAMESPACE, startLab } from '../support/lab/lab.ts';
import { attachmentManifest, credentialManifests, hostManifest, MFT, namespaceManifest } from '../support/lab/manifests.ts';
import { ensureBase } from './support/baseImage.ts';
import { buildah, podman } from './support/containers.ts';
import {
  buildOperatorImage,
  buildPluginImage,
  type ContainerProcess,
  filesOf,
  POD_FLAGS,
  processStatus,
  startContainer,
} from './support/operatorImage.ts';

const base = await ensureBase();
const there = 'image' in base;

interface Inspected {
  readonly OCIv1: {
    readonly config: { readonly Labels: Readonly<Record<string, string>>; readonly User: string; readonly Entrypoint: readonly string[] };
  };
  readonly Docker: { readonly config: { readonly Healthcheck: { readonly Test: readonly string[] } } };
}

(there ? describe : describe.skip)(`the image${there ? '' : ` (skipped: ${base.missing})`}`, () => {
  const NAMESPACE = 'image';
  let image: string;
  let lab: Lab;
  let operator: ContainerProcess;
  let inspected: Inspected;

  beforeAll(async () => {
    image = await buildOperatorImage('image' in base ? base.image : '');
    inspected = JSON.parse(await buildah(['inspect', '--type=image', image])) as Inspected;
    lab = await startLab({
      launch: async (options) => {
        operator = await startContainer(image, options);
        return operator;
      },
    });
    await lab.apply(namespaceManifest(NAMESPACE));
  }, 900_000);

  afterAll(async () => {
    await lab?.stop();
  }, 60_000);

  const inside = async (script: string): Promise<string> => await podman(['exec', operator.container, 'node', '-e', script]);

  it('brings a host from bare to Ready and a VM to its virtual function: SSH, SOAP, Redfish and the API server are reached', async () => {
    const host = await lab.fleet.addHost({
      name: 'esx-image',
      profile: { esxi: '8.0u3', tools: 'bare' },
      adapters: [{ model: connectX5En }],
      bmc: {},
      durations: { shutdown: 100, boot: 150, hostd: 0, burn: 10 },
    });
    lab.vsphere.inventory.addVm({ name: 'vm-image', hostId: host.world.id });
    await lab.apply(...credentialManifests(NAMESPACE, host));
    const adapters = [{ name: 'fabric0', selector: { pciAddress: '0000:3b:00.0' }, ports: [{ number: 1, vfs: 4 }] }];
    await lab.apply(
      hostManifest(host, lab.vsphere.endpointOf(host), { namespace: NAMESPACE, spec: { adapters, software: MFT } }),
      attachmentManifest({ namespace: NAMESPACE, name: 'vm-image', host: 'esx-image', spec: { powerPolicy: { powerOn: true } } }),
    );
    await lab.observer.untilCondition('SriovVmAttachment', `${NAMESPACE}/vm-image`, { type: 'Ready', status: 'True', timeoutMs: 90_000 });
    expect(host.world.counters.restarts.length).toBeGreaterThan(0);
  }, 120_000);

  it('runs as nobody that exists elsewhere, without capabilities', async () => {
    expect(inspected.OCIv1.config.User).toBe('65532:65532');
    const status = await processStatus(operator.pid);
    expect(status['Uid']).toBe('65532\t65532\t65532\t65532');
    expect(status['CapEff']).toMatch(/^0+$/);
    expect(status['NoNewPrivs']).toBe('1');
  });

  it('has no shell, no package manager and no other program than Node', async () => {
    const programs = (await filesOf(image)).filter(
      ({ path, mode }) => (Number.parseInt(mode, 8) & 0o111) !== 0 && !/\.so(\.\d+)*$/.test(path),
    );
    expect(programs.map(({ path }) => path)).toEqual(['/usr/local/bin/node']);
    await expect(podman(['exec', operator.container, 'sh', '-c', 'true'])).rejects.toThrow();
  });

  it('can change nothing of itself: all files are root’s, nobody else may write them, and the root file system is read-only', async () => {
    const files = await filesOf(image);
    expect(files.filter(({ owner }) => owner !== '0:0')).toEqual([]);
    expect(files.filter(({ mode }) => (Number.parseInt(mode, 8) & 0o022) !== 0)).toEqual([]);
    const write = (path: string) =>
      `try { require('fs').writeFileSync('${path}', ''); process.stdout.write('written') } catch (e) { process.stdout.write(e.code) }`;
    expect((await inside(write('/app/x'))).trim()).toBe('EROFS');
    expect((await inside(write('/tmp/x'))).trim()).toBe('written');
  });

  it('holds nothing but the operator, Node and its libraries, in less than 200 MB', async () => {
    const paths = (await filesOf(image)).map(({ path }) => path);
    const known =
      /^\/(app\/|etc\/(group|nsswitch\.conf|os-release|passwd)$|usr\/(local\/bin\/node$|lib|share\/doc\/)|var\/lib\/dpkg\/status\.d\/)/;
    expect(paths.filter((path) => !known.test(path))).toEqual([]);
    expect(paths.filter((path) => /node_modules|\.ts$|\.map$/.test(path))).toEqual([]);
    expect(paths).toContain('/app/THIRD-PARTY-LICENSES');
    const [{ size }] = JSON.parse(await buildah(['images', '--json', image])) as [{ size: string }];
    expect(size).toMatch(/^1\d\d MB$/);
  });

  it('says what it is', async () => {
    const { version } = JSON.parse(await readFile(join(import.meta.dirname, '../../package.json'), 'utf8')) as { version: string };
    expect(inspected.OCIv1.config.Labels).toMatchObject({
      'org.opencontainers.image.title': 'esxi-sriov-operator',
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.revision': '0123abc',
    });
  });

  it('has a health check that needs no shell, and that can fail', async () => {
    const [kind, ...command] = inspected.Docker.config.Healthcheck.Test;
    expect(kind).toBe('CMD');
    await podman(['exec', operator.container, ...command, String(operator.healthPort)]);
    await expect(podman(['exec', operator.container, ...command, '1'])).rejects.toThrow();
  });

  it('resolves names through DNS with the libraries that it brings', async () => {
    const dns = await startDnsServer('127.0.77.53', 'vcenter.example.test', '192.0.2.7');
    try {
      const file = join(lab.folder, 'resolv.conf');
      await writeFile(file, 'nameserver 127.0.77.53\noptions timeout:2 attempts:2\n', { mode: 0o644 });
      const script = "require('dns').lookup('vcenter.example.test', (e, address) => process.stdout.write(e?.code ?? address))";
      const flags = [...POD_FLAGS, `--volume=${file}:/etc/resolv.conf:ro`, '--entrypoint=["node"]'];
      expect((await podman(['run', '--rm', ...flags, image, '-e', script])).trim()).toBe('192.0.2.7');
    } finally {
      await dns.stop();
    }
  }, 60_000);

  it('names a wrong flag and ends with 64', async () => {
    const ended = podman(['run', '--rm', ...POD_FLAGS, image, '--workers=none']);
    await expect(ended).rejects.toMatchObject({ code: 64, stderr: expect.stringContaining("--workers is 'none'") });
  });

  it('has a sister with the kubectl plugin, as bare as it is, which reads the cluster with the kubeconfig that is mounted', async () => {
    const plugin = await buildPluginImage('image' in base ? base.image : '');
    const programs = (await filesOf(plugin)).filter(({ path, mode }) => (Number.parseInt(mode, 8) & 0o111) !== 0 && !/\.so/.test(path));
    expect(programs.map(({ path }) => path).sort()).toEqual(['/app/kubectl-sriov', '/app/kubectl_complete-sriov', '/usr/local/bin/node']);
    const folder = join(lab.folder, 'plugin');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'config'), lab.api.kubeconfig, { mode: 0o644 });
    const flags = [...POD_FLAGS, `--volume=${folder}:/kube:ro`, '--env=KUBECONFIG=/kube/config'];
    const told = await podman(['run', '--rm', ...flags, plugin, 'status', '-n', NAMESPACE, '--output', 'json']);
    expect(JSON.parse(told)).toMatchObject({ hosts: [{ name: 'esx-image' }] });
    const valid = join(import.meta.dirname, '../../docs/examples');
    const judged = await podman(['run', '--rm', ...flags, `--volume=${valid}:/work:ro`, plugin, 'validate', '-f', 'ethernet-host.yaml']);
    expect(judged).toBe('✔ SriovHost esx-01\n');
  }, 600_000);

  it('ends in order on SIGTERM: code 0, and the lease is given up', async () => {
    expect(await operator.stop()).toBe(0);
    const lease = ['get', 'lease', '-n', OPERATOR_NAMESPACE, 'esxi-sriov-operator', '-o', 'jsonpath={.spec.holderIdentity}'];
    expect((await lab.api.kubectl(lease)).stdout).toBe('');
  }, 60_000);
});
