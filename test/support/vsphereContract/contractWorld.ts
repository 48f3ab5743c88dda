// One target under test, with what its cases need: the VM, the host and the changes that they make.
import { EventEmitter, on } from 'node:events';
import type {
  AddPassthroughDevice,
  AddSriovCard,
  Vm,
  VmReconfigure,
  VSphere,
  VsphereChange,
  VsphereTarget,
} from '../../../operator/ports/vsphere.ts';
import { createVsphereConnector } from '../../../operator/vsphere/connector.ts';

/** Somebody else who works at the same server. */
export interface Outsider {
  /** On the host and in the folder of a VM that is there. */
  create(likeVmMoRef: string, name: string): Promise<void>;
  rename(vmMoRef: string, name: string): Promise<void>;
  remove(vmMoRef: string): Promise<void>;
}

export interface VsphereContractTarget {
  /** `host:port`. */
  readonly server: string;
  readonly username: string;
  readonly password: string;
  /** The server's certificate or its CA. */
  readonly certificatePem: string;
  readonly certificateFingerprint: string;
  readonly apiType: 'VirtualCenter' | 'HostAgent';
  readonly hostName: string;
  /** On that host, powered on, VMware Tools running, without SR-IOV card and snapshot. */
  readonly vm: { readonly name: string; readonly inventoryPath: string };
  readonly standardPortGroup: string;
  /** Undefined on a standalone host. */
  readonly distributedPortGroup: string | undefined;
  /** Address of an active SR-IOV physical function of the host with at least two free virtual functions. */
  readonly physicalFunction: string;
  /** True: it changes the configuration of a cluster without telling of it, as vcsim does. */
  readonly silentClusters?: boolean;
  readonly outsider: Outsider;
  /** Makes the server forget every session of the operator, as its idle limit does. */
  expireSessions(): Promise<void>;
  stop(): Promise<void>;
}

export const NEVER = new AbortController().signal;
export const MAC = '00:50:56:3f:00:01';
export const CASE_TIMEOUT_MS = 30_000;
export const NO_CHANGE = { addSriovCards: [], removeDeviceKeys: [], lockMemory: undefined, memoryReservationMB: undefined } as const;

export interface ContractWorld {
  readonly target: VsphereContractTarget;
  readonly vsphere: VSphere;
  readonly vmRef: string;
  readonly hostRef: string;
  readVm(): Promise<Vm>;
  /** On the VM as it is now; fields that are not named stay. */
  change(wanted: Partial<VmReconfigure>): Promise<void>;
  /** A card on the target's physical function and standard port group, but for what is named. */
  card(wanted?: Partial<AddSriovCard>): Promise<AddSriovCard>;
  /** Requests sent so far, but for the long poll. */
  requests(): number;
  /** Resolves with the next change that the server tells of and that fits; rejects after `timeoutMs`. */
  nextChange(fits: (change: VsphereChange) => boolean, timeoutMs: number): Promise<VsphereChange>;
  /** The target's physical function as a whole. */
  wholeFunction(): Promise<AddPassthroughDevice>;
  stop(): Promise<void>;
}

export async function createWorld(target: VsphereContractTarget): Promise<ContractWorld> {
  const changes = new EventEmitter();
  let requests = 0;
  const connector = createVsphereConnector({
    requestTimeoutMs: 10_000,
    taskTimeoutMs: 20_000,
    observe: ({ method }) => (requests += method === 'WaitForUpdatesEx' ? 0 : 1),
    onChange: (change) => changes.emit('change', change),
    ownChangeMs: 50,
  });
  const vsphere = connector.open(targetOf(target));
  const [found] = await vsphere.findVms({ name: target.vm.name }, NEVER);
  const vmRef = found?.moRef ?? '';
  const hostRef = found?.hostMoRef ?? '';
  const readVm = () => vsphere.vm(vmRef, NEVER);
  const change = async (wanted: Partial<VmReconfigure>) => {
    const { changeVersion } = await readVm();
    await vsphere.reconfigure(vmRef, { ...NO_CHANGE, changeVersion, ...wanted }, NEVER);
  };
  return {
    target,
    vsphere,
    vmRef,
    hostRef,
    readVm,
    change,
    card: async (wanted = {}) => {
      const networks = await vsphere.networksOfHost(hostRef, NEVER);
      const network = networks.find(({ name }) => name === target.standardPortGroup)?.backing;
      const host = (await vsphere.hosts(NEVER)).find(({ moRef }) => moRef === hostRef);
      const physicalFunction = host?.physicalFunctions.find(({ id }) => id === target.physicalFunction);
      if (network === undefined || physicalFunction === undefined) {
        throw new Error(`the target has no port group ${target.standardPortGroup} or no physical function ${target.physicalFunction}`);
      }
      const systemId = await vsphere.systemId(vmRef, hostRef, NEVER);
      return { physicalFunction, systemId, network, macAddress: MAC, allowGuestMtuChange: undefined, ...wanted };
    },
    requests: () => requests,
    nextChange: async (fits, timeoutMs) => {
      for await (const [change] of on(changes, 'change', { signal: AbortSignal.timeout(timeoutMs) })) {
        if (fits(change)) return change;
      }
      throw new Error('nobody tells of changes any more');
    },
    wholeFunction: async () => {
      const host = (await vsphere.hosts(NEVER)).find(({ moRef }) => moRef === hostRef);
      const physicalFunction = host?.physicalFunctions.find(({ id }) => id === target.physicalFunction);
      if (physicalFunction === undefined) throw new Error(`the target has no physical function ${target.physicalFunction}`);
      return { physicalFunction, systemId: await vsphere.systemId(vmRef, hostRef, NEVER) };
    },
    stop: async () => {
      await connector.close();
      await target.stop();
    },
  };
}

export function targetOf({ server, username, password, certificatePem }: VsphereContractTarget): VsphereTarget {
  return { server, username, password, tls: { caBundle: certificatePem, certificateFingerprint: undefined } };
}
