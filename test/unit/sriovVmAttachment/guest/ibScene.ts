/** A Subnet Manager's VM with a whole port, and a VM with a virtual function on the other port of the same subnet, in memory. */
import type { SriovVmAttachmentSpec } from '../../../../operator/api/types.ts';
import { guidOfMac } from '../../../../operator/controllers/sriovHost/guid.ts';
import { SimFabric } from '../../../simulator/guest/simFabric.ts';
import { GUEST_PASSWORD, SimGuest } from '../../../simulator/guest/simGuest.ts';
import { simOpensm, simSminfo } from '../../../simulator/guest/simOpensm.ts';
import { type SimUnit, simSystemctl, simUnit } from '../../../simulator/guest/simSystemd.ts';
import { attachmentObject, hostObject, MAC, PF, Scene } from '../scene.ts';

export const PF_GUID = 'b8:59:9f:03:00:00:00:01';
export const CONFIG = '/etc/opensm.conf';
export const DROP_IN = '/etc/systemd/system/opensmd.service.d/50-esxi-sriov-operator.conf';

const { network: _, macAddress: _mac, ...WHOLE } = attachmentObject('x').spec;

type SubnetManagerSpec = SriovVmAttachmentSpec['subnetManager'];

export interface IbOptions {
  /** OpenSM of the manager's guest: NVIDIA's, a distribution's, or none. */
  readonly opensm?: 'nvidia' | 'distribution' | 'none';
  readonly systemd?: boolean;
  readonly sminfo?: boolean;
  readonly subnets?: readonly [string, string];
}

/** Attachment `sm` is on VM vm-2 with port 1, attachment `vf` on VM vm-1 with a virtual function of port 2. */
export class IbScene extends Scene {
  readonly fabric = new SimFabric();
  readonly unit: SimUnit = simUnit('opensmd.service', '/usr/sbin/opensm --config /etc/opensm/opensm.conf');
  readonly manager: SimGuest;
  readonly client: SimGuest;

  constructor({ opensm = 'nvidia', systemd = true, sminfo = true, subnets = ['default', 'default'] }: IbOptions = {}) {
    super({ vm: { powerState: 'poweredOn', toolsRunning: true } });
    this.vsphere.addVm({ moRef: 'vm-2', name: 'sm-01', hostMoRef: 'host-1', powerState: 'poweredOn', toolsRunning: true });
    this.cluster.secrets.set('lab/guest', { resourceVersion: '1', data: { username: 'root', password: GUEST_PASSWORD } });
    this.#declareHost(subnets);
    const program = simOpensm({ version: '5.11.0.MLNX', virtualization: opensm === 'nvidia' });
    this.manager = new SimGuest({
      programs: {
        ...(opensm === 'none' ? {} : { '/usr/sbin/opensm': program }),
        ...(systemd ? { '/usr/bin/systemctl': simSystemctl(this.unit) } : {}),
        ...(sminfo ? { '/usr/sbin/sminfo': simSminfo(this.fabric) } : {}),
      },
    });
    this.client = new SimGuest();
    this.fabric.join(this.manager, () =>
      (this.vm('vm-2').passthrough ?? []).map(() => ({ kind: 'Physical', guid: PF_GUID, subnet: subnets[0] })),
    );
    this.fabric.join(this.client, () =>
      this.vm().sriovCards.map(({ macAddress }) => ({ kind: 'Virtual', guid: guidOfMac(macAddress) ?? '', subnet: subnets[1] })),
    );
    this.vsphere.guests.set('vm-2', this.manager);
    this.vsphere.guests.set('vm-1', this.client);
  }

  attachManager(subnetManager: Partial<NonNullable<SubnetManagerSpec>> = {}, name = 'sm', vm = 'sm-01'): void {
    const object = attachmentObject(name);
    const spec = {
      ...WHOLE,
      vm: { name: vm },
      function: { kind: 'Physical', adapter: 'fabric0', port: 1 },
      guest: { credentialsSecretRef: { name: 'guest' } },
      subnetManager: { configFile: CONFIG, ...subnetManager },
    };
    this.cluster.put('SriovVmAttachment', { ...object, spec: spec as typeof object.spec });
  }

  attachFunction(name = 'vf', more: Parameters<Scene['attach']>[1] = { guest: { credentialsSecretRef: { name: 'guest' } } }): void {
    this.attach(name, { function: { kind: 'Virtual', adapter: 'fabric0', port: 2 }, macAddress: MAC, ...more });
  }

  /** What was written into guests. */
  guestWrites(): readonly string[] {
    return this.vsphere.writes.filter((write) => write.startsWith('guest '));
  }

  running(): readonly string[] {
    const alive = this.manager.processes().filter(({ name, exitCode }) => name === 'opensm' && exitCode === undefined);
    return alive.map(({ commandLine }) => commandLine);
  }

  killManager(): void {
    for (const { pid, name } of this.manager.processes()) if (name === 'opensm') this.manager.kill(pid);
  }

  #declareHost(subnets: readonly [string, string]): void {
    const host = hostObject();
    const ports = [
      { number: 1, vfs: 0, linkType: 'InfiniBand', subnet: subnets[0] },
      { number: 2, vfs: 8, linkType: 'InfiniBand', subnet: subnets[1] },
    ] as const;
    const entry = {
      adapter: 'fabric0',
      port: 1,
      pciAddress: PF,
      enabledByUs: true,
      configured: true,
      active: true,
      requestedBy: ['lab/sm'],
    };
    this.cluster.put('SriovHost', {
      ...host,
      spec: { ...host.spec, adapters: [{ name: 'fabric0', selector: { pciAddress: PF }, ports }] },
      status: { ...host.status, passthrough: [entry] },
    });
    const seen = this.vsphere.hosts.get('host-1');
    if (seen === undefined) return;
    const physicalFunctions = seen.physicalFunctions.map((one) =>
      one.id === PF ? { ...one, passthruActive: true, sriov: undefined } : one,
    );
    this.vsphere.hosts.set('host-1', { ...seen, physicalFunctions });
  }
}
