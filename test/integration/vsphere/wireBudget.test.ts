// What attachments cost their vSphere server: the whole controller over SOAP, requests counted.
import { EventEmitter, on } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { SriovHost } from '../../../operator/api/types.ts';
import { AttachmentController } from '../../../operator/controllers/sriovVmAttachment/controller.ts';
import { attachmentsOfChange } from '../../../operator/controllers/sriovVmAttachment/wakeByVsphere.ts';
import { silentLog } from '../../../operator/engine/log.ts';
import type { VsphereConnector } from '../../../operator/ports/vsphere.ts';
import { createVsphereConnector } from '../../../operator/vsphere/connector.ts';
import { connectX6Dx } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { startVCenter, type VCenter } from '../../simulator/soap/startVCenter.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { Inventory } from '../../simulator/world/inventory.ts';
import { FakeCluster } from '../../support/fakes/cluster.ts';
import { attachmentObject, hostObject } from '../../unit/sriovVmAttachment/scene.ts';

const NEVER = new AbortController().signal;
const HOST_NAME = 'esx-01.example.com';

/** A vCenter with one host and an attachment for each of its VMs. */
class Site {
  readonly inventory = new Inventory();
  readonly cluster = new FakeCluster();
  readonly #host = new HostWorld({
    id: 'host-1',
    name: HOST_NAME,
    profile: hostProfile({}),
    adapters: [{ model: connectX6Dx, pciAddress: '0000:86:00.0', parameters: { SRIOV_EN: 1, NUM_OF_VFS: 64 } }],
    moduleOptions: 'max_vfs=64,0',
    biosSriov: true,
  });
  #center: VCenter | undefined;
  #connector: VsphereConnector | undefined;
  #controller: AttachmentController | undefined;
  /** By method. */
  requests: Record<string, number> = {};
  readonly changes = new EventEmitter();

  async start(attachments: number): Promise<void> {
    this.inventory.addHost(this.#host);
    this.#host.attachVms(this.inventory);
    for (let index = 0; index < attachments; index += 1) {
      this.inventory.addVm({ name: `vm-${index}`, hostId: this.#host.id, folders: ['lab'] });
      const macAddress = `00:50:56:3f:00:${index.toString(16).padStart(2, '0')}`;
      const spec = { vm: { name: `vm-${index}` }, network: { portGroup: 'VM Network' }, macAddress };
      this.cluster.put('SriovVmAttachment', attachmentObject(`a${index}`, spec));
    }
    this.#center = await startVCenter(this.inventory);
    const { endpoint, username, password } = this.#center;
    this.cluster.put('SriovHost', this.#sriovHost(endpoint.server, endpoint.certificate.certPem));
    this.cluster.secrets.set('lab/vcenter', { resourceVersion: '1', data: { username, password } });
    this.#connector = createVsphereConnector({
      observe: ({ method }) => (this.requests[method] = (this.requests[method] ?? 0) + 1),
      onChange: (change) => this.changes.emit('change', change),
      ownChangeMs: 10,
    });
    this.#controller = new AttachmentController({ cluster: this.cluster, vsphere: this.#connector, now: () => new Date() });
  }

  /** Every attachment looks once; the requests that this took, but for the long poll, which goes on by itself. */
  async lookAtAll(): Promise<number> {
    return await this.#counted(async () => {
      for (const { metadata } of this.cluster.attachments.list()) await this.look(`lab/${metadata.name}`);
    });
  }

  async look(key: string): Promise<number> {
    return await this.#counted(async () => {
      await this.#controller?.reconcile(key, { signal: NEVER, log: silentLog });
    });
  }

  async stop(): Promise<void> {
    await this.#connector?.close();
    await this.#center?.stop();
    this.#host.stop();
  }

  async #counted(work: () => Promise<void>): Promise<number> {
    this.requests = {};
    await work();
    const { WaitForUpdatesEx: _poll, ...others } = this.requests;
    return Object.values(others).reduce((sum, count) => sum + count, 0);
  }

  #sriovHost(server: string, caBundle: string): SriovHost {
    const [port] = this.#host.physicalFunctions;
    const object = hostObject({ vsphere: { server, caBundle, credentialsSecretRef: { name: 'vcenter' } } });
    const ports = [{ number: 1, pciAddress: port?.address ?? '', vfs: { present: 64 } }];
    return { ...object, status: { ...object.status, adapters: [{ name: 'fabric0', ports }] } };
  }
}

const CASE_TIMEOUT_MS = 60_000;

describe('the wire budget of attachments', () => {
  let site: Site | undefined;
  afterEach(() => site?.stop());

  const settled = async (attachments: number): Promise<Site> => {
    site = new Site();
    await site.start(attachments);
    await site.lookAtAll();
    expect(site.cluster.attachments.list().filter(({ status }) => status?.device !== undefined)).toHaveLength(attachments);
    // What the operator's own changes did to the VMs is read once more.
    await site.lookAtAll();
    return site;
  };

  it.each([{ attachments: 2 }, { attachments: 24 }])(
    'is no request at rest, with $attachments attachments',
    async ({ attachments }) => {
      const running = await settled(attachments);
      const { writes } = running.cluster;
      expect(await running.lookAtAll()).toBe(0);
      expect(running.cluster.writes).toBe(writes);
    },
    CASE_TIMEOUT_MS,
  );

  it.each([{ attachments: 2 }, { attachments: 24 }])(
    'is one request for a VM that somebody changes, with $attachments attachments',
    async ({ attachments }) => {
      const running = await settled(attachments);
      const told = on(running.changes, 'change');
      const vm = running.inventory.vms().find(({ name }) => name === 'vm-1');
      if (vm === undefined) throw new Error('no vm-1');
      running.inventory.editVm(vm, (one) => {
        one.toolsInstalled = false;
      });
      let requests = 0;
      // Changes that the operator made itself may still be told of before.
      for await (const [change] of told) {
        for (const key of attachmentsOfChange(running.cluster, change)) requests += await running.look(key);
        if (requests > 0) break;
      }
      expect(requests).toBe(1);
      expect(await running.lookAtAll()).toBe(0);
    },
    CASE_TIMEOUT_MS,
  );
});
