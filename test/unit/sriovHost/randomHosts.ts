/** Random hosts with one to three adapters, and what somebody declares for them: for the properties. */
import fc from 'fast-check';
import type { AdapterSpec, SriovHostSpec } from '../../../operator/api/types.ts';
import { standardDepot } from '../../simulator/depot.ts';
import {
  connectX4Lx,
  connectX5En,
  connectX6Dx,
  connectX6Vpi,
  connectX6VpiSinglePort,
  connectX7,
} from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import type { AdapterOptions } from '../../simulator/world/hostOptions.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { FakeCluster } from '../../support/fakes/cluster.ts';
import { FakeDownloader } from '../../support/fakes/downloader.ts';
import { byPath, byUrl, makeImage, otherVersion, type TestImage } from '../../support/world/firmwareImages.ts';
import { adapterSpec, DRIVER_SOFTWARE, hostSpec, MFT_SOFTWARE } from '../../support/world/hostSpec.ts';
import type { AskedPort } from '../../support/world/optimum.ts';
import { ask } from '../../support/world/physicalFunction.ts';

const SLOTS = ['0000:3b:00.0', '0000:5e:00.0', '0000:86:00.0'];
const DEPOT = standardDepot('7.0u3');

/** Which firmware is declared, compared with what the card has. */
const IMAGES = {
  none: undefined,
  same: { step: 0, declare: byPath },
  newer: { step: 1, declare: byPath },
  older: { step: -1, declare: byPath },
  newerByUrl: { step: 1, declare: byUrl },
  olderByUrl: { step: -1, declare: byUrl },
} as const;

export interface RandomAdapter {
  readonly options: AdapterOptions;
  readonly declared: boolean;
  readonly vfs: readonly [number, number];
  readonly infiniband: readonly [boolean, boolean];
  readonly linkDeclared: readonly [boolean, boolean];
  readonly firmwareVfs: boolean;
  readonly image: keyof typeof IMAGES;
  /** Ports that an attachment asks for as a whole. */
  readonly whole: readonly [boolean, boolean];
}

const adapter: fc.Arbitrary<RandomAdapter> = fc.record({
  options: fc
    .record({
      model: fc.constantFrom(connectX5En, connectX4Lx, connectX6Dx, connectX6Vpi, connectX6VpiSinglePort, connectX7),
      sriov: fc.boolean(),
      count: fc.constantFrom(0, 4, 8, 16),
      ethernet: fc.boolean(),
      override: fc.boolean(),
      needsColdCycle: fc.boolean(),
    })
    .map(({ model, sriov, count, ethernet, override, needsColdCycle }) => {
      const links = model.vpi ? { LINK_TYPE_P1: ethernet ? 2 : 1, ...(model.ports === 2 ? { LINK_TYPE_P2: ethernet ? 2 : 1 } : {}) } : {};
      const forced = override && model.forceEthSubclass ? { ADVANCED_PCI_SETTINGS: 1, FORCE_ETH_PCI_SUBCLASS: 1 } : {};
      return { model, needsColdCycle, parameters: { SRIOV_EN: sriov ? 1 : 0, NUM_OF_VFS: count, ...links, ...forced } };
    }),
  declared: fc.boolean(),
  vfs: fc.tuple(fc.constantFrom(1, 4, 8), fc.constantFrom(0, 2, 8)),
  infiniband: fc.tuple(fc.boolean(), fc.boolean()),
  linkDeclared: fc.tuple(fc.boolean(), fc.boolean()),
  firmwareVfs: fc.boolean(),
  image: fc.constantFrom('none', 'none', 'same', 'newer', 'older', 'newerByUrl', 'olderByUrl'),
  whole: fc.constantFrom([false, false], [false, false], [false, false], [true, false], [false, true], [true, true]),
});

export const randomWorld = fc.record({
  adapters: fc.array(adapter, { minLength: 1, maxLength: 3 }),
  tools: fc.boolean(),
  newDriver: fc.boolean(),
  bmc: fc.boolean(),
  options: fc.constantFrom('', 'max_vfs=8', 'max_vfs=8,8,8,8', 'pfctx=0x08 max_vfs=4,2 trust_state=2', 'DRSS=4'),
  inMaintenance: fc.boolean(),
  /** SR-IOV in the BIOS: on, off and declared, or on beside another attribute that is declared and differs. */
  bios: fc.constantFrom('on', 'on', 'off', 'other'),
  /** MFT has no device for a function that is passed through. */
  hidesMst: fc.boolean(),
  seed: fc.nat(),
});

export type RandomWorld = typeof randomWorld extends fc.Arbitrary<infer T> ? T : never;

export function specFor(random: RandomWorld): SriovHostSpec {
  const declared = random.adapters.flatMap((entry, index) => (entry.declared || index === 0 ? [specOf(entry, index)] : []));
  const software = [...(random.tools ? [] : MFT_SOFTWARE), ...(random.newDriver ? DRIVER_SOFTWARE : [])];
  const spec = hostSpec({ adapters: declared, software });
  if (random.bmc) return withBios(spec, random.bios);
  const { bmc: _, ...without } = spec;
  return without;
}

const BIOS = { on: undefined, off: { SriovGlobalEnable: 'Enabled' }, other: { AcPwrRcvryUserDelay: '90' } } as const;

function withBios(spec: SriovHostSpec, bios: RandomWorld['bios']): SriovHostSpec {
  const biosAttributes = BIOS[bios];
  return spec.bmc === undefined || biosAttributes === undefined ? spec : { ...spec, bmc: { ...spec.bmc, biosAttributes } };
}

function specOf(entry: RandomAdapter, index: number): AdapterSpec {
  const { model } = entry.options;
  // A link type that is left out is the one that the card has: then its virtual functions are due all the same.
  const linkType = (port: 0 | 1) => {
    if (!entry.linkDeclared[port]) return {};
    return { linkType: model.vpi && entry.infiniband[port] ? ('InfiniBand' as const) : ('Ethernet' as const) };
  };
  const ports = ([0, 1] as const)
    .slice(0, model.ports)
    .map((port) => ({ number: port + 1, vfs: entry.whole[port] ? 0 : entry.vfs[port], ...linkType(port) }));
  const chosen = IMAGES[entry.image];
  const firmware = chosen === undefined ? {} : { firmware: chosen.declare(imageOf(entry, chosen.step), true) };
  return adapterSpec(`a${index}`, SLOTS[index] ?? '', ports, { ...(entry.firmwareVfs ? { firmwareVfs: 16 } : {}), ...firmware });
}

function imageOf({ options: { model } }: RandomAdapter, step: number): TestImage {
  return makeImage(model.psid, otherVersion(model.firmwareVersion, step));
}

/** Every image that a random world may declare lies on the datastore and behind its URL. */
export function downloaderFor(random: RandomWorld): FakeDownloader {
  const downloader = new FakeDownloader();
  for (const entry of random.adapters) {
    for (const step of [-1, 0, 1]) {
      const image = imageOf(entry, step);
      downloader.files.set(image.url, image.bytes);
      DEPOT.write(image.path, image.bytes);
    }
  }
  return downloader;
}

export function build(random: RandomWorld): { readonly host: HostWorld; readonly clock: ManualClock } {
  const clock = new ManualClock();
  const host = new HostWorld({
    id: `h${random.seed}`,
    name: 'esx-01',
    clock,
    profile: hostProfile({ tools: random.tools ? 'withMft' : 'bare' }),
    files: DEPOT,
    adapters: random.adapters.map(({ options }, index) => ({ ...options, pciAddress: SLOTS[index] ?? '' })),
    moduleOptions: random.options,
    maintenanceMode: random.inMaintenance,
    biosSriov: !(random.bmc && random.bios === 'off'),
    misbehaviour: random.hidesMst ? [{ kind: 'passthroughHidesMst' }] : [],
  });
  return { host, clock };
}

export function askedPorts(random: RandomWorld): readonly AskedPort[] {
  return specFor(random).adapters.flatMap(({ name, ports }) => {
    const { whole } = random.adapters[Number(name.slice(1))] ?? { whole: [] };
    return ports.filter(({ number }) => whole[number - 1] === true).map(({ number }) => ({ adapter: name, port: number }));
  });
}

/** In another order with each name, for nothing may depend on it. */
export function clusterFor(random: RandomWorld, prefix: string): FakeCluster {
  const cluster = new FakeCluster();
  for (const [index, asked] of askedPorts(random).entries()) ask(cluster, { name: `${prefix}${index}`, ...asked });
  return cluster;
}
