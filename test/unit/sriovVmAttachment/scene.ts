/** A host with virtual functions, a vSphere server and attachments, all in memory, and the controller that is run on them. */
import { findCondition } from '../../../operator/api/conditions.ts';
import { ATTACHMENT_FINALIZER } from '../../../operator/api/group.ts';
import type { Condition, SriovHost, SriovHostSpec, SriovVmAttachment, SriovVmAttachmentSpec } from '../../../operator/api/types.ts';
import { AttachmentController } from '../../../operator/controllers/sriovVmAttachment/controller.ts';
import type { Intervals } from '../../../operator/controllers/sriovVmAttachment/schedule.ts';
import { silentLog } from '../../../operator/engine/log.ts';
import { type ReconcileResult, TerminalError } from '../../../operator/engine/types.ts';
import { PortError } from '../../../operator/ports/errors.ts';
import { FakeCluster } from '../../support/fakes/cluster.ts';
import { type FakeVm, FakeVsphere, fakePhysicalFunction, standardNetwork } from '../../support/fakes/vsphere.ts';

export const PF = '0000:3b:00.0';
export const OTHER_PF = '0000:3b:00.1';
/** Of the uplinks at PF and OTHER_PF. */
export const PF_MAC = 'b8:59:9f:00:00:01';
export const OTHER_PF_MAC = 'b8:59:9f:00:00:02';
export const MAC = '00:50:56:3f:00:01';
export const START = Date.parse('2026-01-01T00:00:00Z');
export const INTERVALS = { recheckMs: 300_000, waitingMs: 30_000, powerPollMs: 5_000, powerWaitMs: 20_000 };

type Policy = SriovVmAttachmentSpec['powerPolicy'];
type SpecChange = Partial<Omit<SriovVmAttachmentSpec, 'powerPolicy'>> & { readonly powerPolicy?: Partial<Policy> };

export function attachmentSpec({ powerPolicy, ...more }: SpecChange = {}): SriovVmAttachmentSpec {
  return {
    hostRef: { name: 'esx-01' },
    vm: { name: 'db-01' },
    function: { kind: 'Virtual', adapter: 'fabric0', port: 1 },
    network: { portGroup: 'fabric' },
    macAddress: MAC,
    powerPolicy: { powerOff: 'PowerOff', timeoutSeconds: 300, powerOn: false, ...powerPolicy },
    deletionPolicy: 'Detach',
    ...more,
  };
}

export function attachmentObject(
  name: string,
  spec: SpecChange = {},
  metadata: Partial<SriovVmAttachment['metadata']> = {},
): SriovVmAttachment {
  return {
    apiVersion: 'sriov.esxi.io/v1alpha1',
    kind: 'SriovVmAttachment',
    metadata: { name, namespace: 'lab', uid: `uid-${name}`, generation: 1, creationTimestamp: '2026-01-01T00:00:00Z', ...metadata },
    spec: attachmentSpec(spec),
  };
}

export function hostObject(change: Partial<SriovHostSpec> = {}, presentVfs = 8): SriovHost {
  const port = (number: number, pciAddress: string) => ({
    number,
    pciAddress,
    macAddress: `b8:59:9f:00:00:0${number}`,
    vfs: { present: presentVfs },
  });
  const ready: Condition = {
    type: 'Ready',
    status: presentVfs > 0 ? 'True' : 'False',
    reason: 'Succeeded',
    message: '',
    lastTransitionTime: '',
  };
  return {
    apiVersion: 'sriov.esxi.io/v1alpha1',
    kind: 'SriovHost',
    metadata: { name: 'esx-01', namespace: 'lab', uid: 'uid-host', generation: 1 },
    spec: {
      esxi: { address: 'esx-01.example.com', sshPort: 22, credentialsSecretRef: { name: 'esx-01' }, trustOnFirstUse: true },
      vsphere: { server: 'vcenter.example.com', credentialsSecretRef: { name: 'vcenter' } },
      software: [],
      adapters: [
        {
          name: 'fabric0',
          selector: { pciAddress: PF },
          ports: [
            { number: 1, vfs: 8 },
            { number: 2, vfs: 8 },
          ],
        },
      ],
      disruption: {
        approval: 'Automatic',
        runningVms: 'Block',
        vmShutdownTimeoutSeconds: 300,
        maxRestarts: 4,
        maintenanceTimeoutSeconds: 600,
        restartTimeoutSeconds: 1800,
        forceOff: 'Never',
        cleanShutdownTimeoutSeconds: 600,
      },
      attachments: { from: 'Same' },
      mode: 'Enforce',
      deletionPolicy: 'Untouched',
      ...change,
    },
    status: { conditions: [ready], adapters: [{ name: 'fabric0', ports: [port(1, PF), port(2, OTHER_PF)] }] },
  };
}

export interface SceneOptions {
  readonly presentVfs?: number;
  readonly vm?: Partial<FakeVm>;
  readonly tellAfterMs?: number;
}

export class Scene {
  readonly cluster = new FakeCluster();
  readonly vsphere = new FakeVsphere();
  controller: AttachmentController;
  nowMs = START;
  /** Hosts on which a card came out. */
  readonly released: string[] = [];
  #stop = new AbortController();

  readonly #intervals: Intervals;

  constructor({ presentVfs = 8, vm = {}, tellAfterMs = 60_000 }: SceneOptions = {}) {
    this.#intervals = { ...INTERVALS, tellAfterMs };
    this.cluster.put('SriovHost', hostObject({}, presentVfs));
    this.cluster.secrets.set('lab/vcenter', { resourceVersion: '1', data: { username: 'operator', password: 'right' } });
    this.vsphere.hosts.set('host-1', {
      moRef: 'host-1',
      name: 'esx-01.example.com',
      ipAddresses: ['192.0.2.11'],
      connectionState: 'connected',
      inMaintenanceMode: false,
      physicalFunctions: [
        { ...fakePhysicalFunction(PF, presentVfs), macAddress: PF_MAC },
        { ...fakePhysicalFunction(OTHER_PF, presentVfs), macAddress: OTHER_PF_MAC },
      ],
    });
    this.vsphere.networks.set('host-1', [standardNetwork('fabric'), standardNetwork('other')]);
    this.vsphere.addVm({ moRef: 'vm-1', name: 'db-01', hostMoRef: 'host-1', ...vm });
    this.vsphere.onWait = (milliseconds) => {
      this.nowMs += milliseconds;
    };
    this.controller = this.newController();
  }

  /** As after a restart of the process: nothing is remembered but what was written. */
  newController(): AttachmentController {
    return new AttachmentController({
      cluster: this.cluster,
      vsphere: this.vsphere,
      now: () => new Date(this.nowMs),
      elapsedMs: () => this.nowMs,
      intervals: this.#intervals,
      random: () => 0.5,
      cardRemoved: (host) => this.released.push(host),
    });
  }

  /** The process is gone at once: nothing is written after this. */
  crash(error: Error): never {
    this.#stop.abort(error);
    throw error;
  }

  restart(): void {
    this.#stop = new AbortController();
    this.controller = this.newController();
  }

  attach(name = 'a', spec: SpecChange = {}, metadata: Partial<SriovVmAttachment['metadata']> = {}): void {
    this.cluster.put('SriovVmAttachment', attachmentObject(name, spec, metadata));
  }

  /** A change by a user: spec and metadata, with the generation that the API server counts. */
  change(name: string, spec: SpecChange, metadata: Partial<SriovVmAttachment['metadata']> = {}): void {
    const object = this.object(name);
    const powerPolicy = { ...object.spec.powerPolicy, ...spec.powerPolicy };
    const generation = object.metadata.generation + 1;
    this.cluster.put('SriovVmAttachment', {
      ...object,
      metadata: { ...object.metadata, generation, ...metadata },
      spec: { ...object.spec, ...spec, powerPolicy },
    });
  }

  annotate(name: string, annotations: Readonly<Record<string, string>>): void {
    const object = this.object(name);
    this.cluster.put('SriovVmAttachment', { ...object, metadata: { ...object.metadata, annotations } });
  }

  /** kubectl delete: gone at once without finalizers. */
  delete(name: string): void {
    const object = this.object(name);
    if (!object.metadata.finalizers?.includes(ATTACHMENT_FINALIZER)) {
      this.cluster.objects.SriovVmAttachment.delete(`lab/${name}`);
      return;
    }
    this.change(name, {}, { deletionTimestamp: new Date(this.nowMs).toISOString() });
  }

  object(name = 'a'): SriovVmAttachment {
    const found = this.find(name);
    if (found === undefined) throw new Error(`attachment ${name} is gone`);
    return found;
  }

  find(name = 'a'): SriovVmAttachment | undefined {
    return this.cluster.attachments.get(`lab/${name}`);
  }

  vm(moRef = 'vm-1'): FakeVm {
    const found = this.vsphere.vms.get(moRef);
    if (found === undefined) throw new Error(`VM ${moRef} is gone`);
    return found;
  }

  condition(type: string, name = 'a'): Condition | undefined {
    return findCondition(this.object(name).status?.conditions, type);
  }

  /** `Ready=False PowerOffNotAllowed` and so on. */
  verdict(type = 'Ready', name = 'a'): string {
    const found = this.condition(type, name);
    return `${type}=${found?.status} ${found?.reason}`;
  }

  async look(name = 'a'): Promise<ReconcileResult | Error> {
    try {
      return await this.controller.reconcile(`lab/${name}`, { signal: this.#stop.signal, log: silentLog });
    } catch (error) {
      if (error instanceof TerminalError || error instanceof PortError) return error;
      throw error;
    }
  }

  /** Looks at all attachments in turn, with the clock going on, until nothing changes any more. */
  async settle(most = 40): Promise<void> {
    let still = 0;
    for (let round = 0; round < most && still < 16; round += 1) {
      const before = this.cluster.writes + this.vsphere.writes.length;
      for (const { metadata } of this.cluster.attachments.list()) await this.look(metadata.name);
      still = this.cluster.writes + this.vsphere.writes.length === before ? still + 1 : 0;
      this.nowMs += INTERVALS.powerPollMs;
    }
  }
}
