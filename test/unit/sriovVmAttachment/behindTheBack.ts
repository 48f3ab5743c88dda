/** What people, hosts and owners do behind the operator's back, right before one of its requests or right after one of its writes. */
import type { SriovHostSpec } from '../../../operator/api/types.ts';
import { PortError } from '../../../operator/ports/errors.ts';
import { fakeCard } from '../../support/fakes/vsphere.ts';
import { hostObject, OTHER_PF, type Scene } from './scene.ts';

/** The card that somebody adds. */
export const FOREIGN = fakeCard(4400, { physicalFunction: OTHER_PF, macAddress: '00:50:56:00:00:42' });

type Edit = Parameters<Scene['vsphere']['edit']>[1];

export const EVENTS: Readonly<Record<string, (scene: Scene) => void>> = {
  powerOn,
  powerOff: (scene) => edit(scene, (vm) => scene.vsphere.stop(vm)),
  rename,
  nameTaken: (scene) => {
    // Before each of them has its VM the name means whoever has it.
    if (!scene.cluster.attachments.list().every(({ status }) => status?.device !== undefined)) return;
    rename(scene);
    scene.vsphere.addVm({ moRef: 'vm-9', name: 'db-01', hostMoRef: 'host-1', powerState: 'poweredOn' });
  },
  touch: (scene) => edit(scene, () => undefined),
  foreignCard: (scene) =>
    edit(scene, (vm) => {
      if (vm.powerState !== 'poweredOff' || vm.sriovCards.some(({ key }) => key === FOREIGN.key)) return;
      Object.assign(vm, { sriovCards: [...vm.sriovCards, FOREIGN], memoryLockedToMax: true, memoryReservationMB: vm.memoryMB });
    }),
  moved: (scene) => move(scene, 'host-2'),
  movedBack: (scene) => move(scene, 'host-1'),
  maintenance: (scene) => setHost(scene, { inMaintenanceMode: true }),
  disconnect: (scene) => setHost(scene, { connectionState: 'notResponding' }),
  hostBack: (scene) => setHost(scene, {}),
  lostConnection: (scene) => {
    for (const method of ['reconfigure', 'powerOn', 'powerOff', 'vm']) {
      scene.vsphere.failures.set(method, [new PortError('ConnectionLost', 'the connection broke')]);
    }
  },
  closed: (scene) => putHost(scene, { attachments: { from: 'Same', vmPaths: ['/dc/vm/elsewhere/**'] } }),
  open: (scene) => putHost(scene, {}),
  operatorRestarts: (scene) => scene.restart(),
};

export interface Interruption {
  /** Number of the request or write. */
  readonly at: number;
  readonly event: string;
}

/** Lets the events happen in their turn; what is returned ends that. */
export function interrupt(scene: Scene, events: readonly Interruption[], around: (event: string, happen: () => void) => void): () => void {
  let calls = 0;
  const next = (): void => {
    calls += 1;
    for (const { event } of events.filter(({ at }) => at === calls)) {
      around(event, () => EVENTS[event]?.(scene));
    }
  };
  scene.vsphere.beforeWrite = next;
  scene.cluster.afterWrite = next;
  return () => {
    scene.vsphere.beforeWrite = () => undefined;
    scene.cluster.afterWrite = () => undefined;
  };
}

/** Host and server are as they were; what people did to the VM stays. */
export function calm(scene: Scene): void {
  scene.vsphere.failures.clear();
  setHost(scene, {});
  putHost(scene, {});
}

export function edit(scene: Scene, change: Edit): void {
  scene.vsphere.edit('vm-1', change);
}

function rename(scene: Scene): void {
  edit(scene, (vm) => Object.assign(vm, { name: 'other', inventoryPath: '/dc/vm/other' }));
}

function powerOn(scene: Scene): void {
  if (scene.vm().powerState === 'poweredOn') return;
  try {
    edit(scene, (vm) => scene.vsphere.start(vm));
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
  }
}

/** To or from a host of the same kind that no SriovHost declares; vMotion moves no VM with a function. */
function move(scene: Scene, hostMoRef: string): void {
  const host = scene.vsphere.hosts.get('host-1');
  if (host === undefined) return;
  const other = { moRef: 'host-2', name: 'esx-02.example.com', ipAddresses: [], inMaintenanceMode: false, connectionState: 'connected' };
  scene.vsphere.hosts.set('host-2', { ...host, ...other });
  edit(scene, (vm) => {
    if (vm.powerState === 'poweredOff' || vm.sriovCards.length === 0) vm.hostMoRef = hostMoRef;
  });
}

function setHost(scene: Scene, change: { readonly inMaintenanceMode?: boolean; readonly connectionState?: string }): void {
  const host = scene.vsphere.hosts.get('host-1');
  if (host !== undefined) scene.vsphere.hosts.set('host-1', { ...host, inMaintenanceMode: false, connectionState: 'connected', ...change });
}

function putHost(scene: Scene, spec: Partial<SriovHostSpec>): void {
  scene.cluster.put('SriovHost', hostObject(spec));
}
