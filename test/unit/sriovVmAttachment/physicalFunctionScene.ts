/** A scene whose first port is passed through to VMs as a whole; the second has virtual functions. */
import type { SriovHost, SriovHostStatus, SriovVmAttachmentSpec } from '../../../operator/api/types.ts';
import { attachmentObject, hostObject, PF, Scene, type SceneOptions } from './scene.ts';

const { network: _network, macAddress: _macAddress, ...REST } = attachmentObject('x').spec;
export const FUNCTION: SriovVmAttachmentSpec['function'] = { kind: 'Physical', adapter: 'fabric0', port: 1 };
/** Of an attachment of a whole physical function. */
export const WHOLE = { ...REST, function: FUNCTION };

export type Entry = NonNullable<SriovHostStatus['passthrough']>[number];

const ENTRY: Entry = {
  adapter: 'fabric0',
  port: 1,
  pciAddress: PF,
  enabledByUs: true,
  configured: true,
  active: true,
  requestedBy: ['lab/a'],
};

export interface WholeSceneOptions extends SceneOptions {
  /** What the SriovHost reports of port 1. */
  readonly entry?: Partial<Entry> | 'none';
  /** What vSphere shows of it; default true. */
  readonly active?: boolean;
}

export function wholeScene({ entry = {}, active = true, ...more }: WholeSceneOptions = {}): Scene {
  const scene = new Scene(more);
  reportPort(scene, entry === 'none' ? undefined : entry);
  const host = scene.vsphere.hosts.get('host-1');
  if (host !== undefined) {
    const physicalFunctions = host.physicalFunctions.map((one) =>
      one.id === PF ? { ...one, passthruActive: active, sriov: undefined } : one,
    );
    scene.vsphere.hosts.set('host-1', { ...host, physicalFunctions });
  }
  return scene;
}

export function reportPort(scene: Scene, entry: Partial<Entry> | undefined, change: Partial<SriovHost> = {}): void {
  const host = scene.cluster.hosts.get('lab/esx-01') ?? hostObject();
  const ports = [
    { number: 1, vfs: 0 },
    { number: 2, vfs: 8 },
  ];
  const adapters = [{ name: 'fabric0', selector: { pciAddress: PF }, ports }];
  const passthrough = entry === undefined ? [] : [{ ...ENTRY, ...entry }];
  scene.cluster.put('SriovHost', { ...host, ...change, spec: { ...host.spec, adapters }, status: { ...host.status, passthrough } });
}

export function attachWhole(
  scene: Scene,
  name = 'a',
  more: Partial<typeof WHOLE> = {},
  metadata: Parameters<Scene['attach']>[2] = {},
): void {
  const object = attachmentObject(name, {}, metadata);
  scene.cluster.put('SriovVmAttachment', { ...object, spec: { ...WHOLE, ...more } });
}
