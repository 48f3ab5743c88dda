/** InfiniBand ports: link type, subclass override, minimum versions. */
import { storeBundle } from '../../simulator/depot.ts';
import { connectX6Vpi, connectX6VpiSinglePort } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { RELEASES } from '../../simulator/profiles/releases.ts';
import { DRIVER, MFT } from '../../support/lab/manifests.ts';
import type { Scenario, Stage } from '../scenario.ts';

const withTools = { esxi: '7.0u3', tools: 'withMft' } as const;
const MAC = 'b8:59:9f:aa:bb:00';
const port = (number: number, linkType: 'Ethernet' | 'InfiniBand', vfs: number) => ({ number, linkType, vfs });
const IB = port(1, 'InfiniBand', 4);
const fabric = (...ports: readonly object[]) => [{ name: 'fabric0', selector: { pciAddress: '0000:3b:00.0' }, ports }];

function mustHave(...counts: readonly number[]) {
  return ({ host }: Stage): void => {
    const present = host.world.physicalFunctions.map(({ virtualFunctions }) => virtualFunctions.length);
    if (present.join() !== counts.join()) throw new Error(`virtual functions are ${present.join()}, declared are ${counts.join()}`);
  };
}

const tools = hostProfile(withTools);
const oldDriver = {
  ...tools,
  vibs: tools.vibs.map((vib) => (vib.name === 'nmlx5-core' ? { ...vib, version: '4.16.8.8-1OEM.650.0.0.4598673' } : vib)),
};

export const INFINIBAND: readonly Scenario[] = [
  {
    name: 'bare-infiniband',
    kind: 'host',
    why: 'the InfiniBand chapter from its first step: two restarts, none between gate and override',
    world: { profile: { esxi: '7.0u3', tools: 'bare' }, adapters: [{ model: connectX6Vpi, baseMac: MAC }] },
    spec: { adapters: fabric(IB, port(2, 'InfiniBand', 2)), software: MFT },
    expect: { ready: true, restarts: 2 },
    verify: (stage) => {
      mustHave(4, 2)(stage);
      const [adapter] = stage.lab.observer.get('SriovHost', stage.hostKey)?.status?.adapters ?? [];
      const guids = adapter?.ports?.map(({ guid }) => guid).join();
      if (guids !== 'b8:59:9f:ff:fe:aa:bb:00,b8:59:9f:ff:fe:aa:bb:01') throw new Error(`GUIDs are ${guids}`);
    },
  },
  {
    name: 'ib-single-port',
    kind: 'host',
    why: 'a card with one port has no LINK_TYPE_P2',
    world: { profile: withTools, adapters: [{ model: connectX6VpiSinglePort }] },
    spec: { adapters: fabric(IB) },
    expect: { ready: true, restarts: 1 },
    verify: mustHave(4),
  },
  {
    name: 'ib-mixed',
    kind: 'host',
    why: 'port 1 InfiniBand, port 2 Ethernet: both get their virtual functions, and the list of max_vfs has both',
    world: { profile: withTools, adapters: [{ model: connectX6Vpi }] },
    spec: { adapters: fabric(IB, port(2, 'Ethernet', 3)) },
    expect: { ready: true, restarts: 1 },
    verify: mustHave(4, 3),
  },
  {
    name: 'ib-override-present',
    kind: 'host',
    why: 'the card shows Ethernet class already: nothing but the counts differ, links are down and that is no fault',
    world: {
      profile: withTools,
      adapters: [{ model: connectX6Vpi, linkUp: false, parameters: { ADVANCED_PCI_SETTINGS: 1, FORCE_ETH_PCI_SUBCLASS: 1 } }],
    },
    spec: { adapters: fabric(IB, port(2, 'InfiniBand', 2)) },
    expect: { ready: true, restarts: 1 },
    verify: mustHave(4, 2),
  },
  {
    name: 'ib-no-override-capability',
    kind: 'host',
    why: 'firmware without the override: its InfiniBand ports can never have virtual functions, so no restart is spent on them',
    world: { profile: withTools, adapters: [{ model: { ...connectX6Vpi, forceEthSubclass: false } }] },
    spec: { adapters: fabric(IB) },
    expect: { ready: false, reason: 'ParameterUnsupported', restarts: 0, message: /FORCE_ETH_PCI_SUBCLASS.*linkType Ethernet/ },
    verify: ({ lab, hostKey, host }) => {
      const [adapter] = lab.observer.get('SriovHost', hostKey)?.status?.adapters ?? [];
      if (adapter?.unsupportedParameters?.join() !== 'FORCE_ETH_PCI_SUBCLASS') throw new Error('what is missing is not listed');
      if (host.world.maintenanceMode) throw new Error('the host was left in maintenance mode');
    },
    remedy: async (stage) => await stage.applyHost({ adapters: fabric(port(1, 'Ethernet', 4)) }),
  },
  {
    name: 'ib-driver-too-old',
    kind: 'host',
    why: 'the driver is older than InfiniBand needs: the message says which VIB and version to declare',
    world: { profile: oldDriver, adapters: [{ model: connectX6Vpi }] },
    spec: { adapters: fabric(IB) },
    expect: { ready: false, reason: 'SoftwareTooOld', restarts: 0, message: /nmlx5-core 4\.16\.10-3 or later/ },
    remedy: async (stage) => {
      storeBundle(stage.host.world.files, '/vmfs/volumes/ds1/nmlx5.zip', [RELEASES['7.0u3'].asyncDriver]);
      await stage.applyHost({ software: [DRIVER] });
    },
  },
  {
    name: 'ib-by-mac',
    kind: 'host',
    why: 'a silent InfiniBand port has no uplink: its MAC address is found through flint',
    world: { profile: withTools, adapters: [{ model: connectX6Vpi, baseMac: MAC }] },
    spec: { adapters: [{ name: 'fabric0', selector: { macAddress: MAC }, ports: [IB] }] },
    expect: { ready: true, restarts: 1 },
    verify: mustHave(4, 0),
  },
];
