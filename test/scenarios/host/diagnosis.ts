/** Which layer is to blame where virtual functions are missing, or carry nothing. */
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import type { HostWorld } from '../../simulator/world/hostWorld.ts';
import { retry } from '../runbooks/drill.ts';
import type { Scenario } from '../scenario.ts';
import { FABRIC0 } from './ethernet.ts';

const adapters = [FABRIC0];
const world = { profile: { esxi: '7.0u3', tools: 'withMft' }, adapters: [{ model: connectX5En }] } as const;

/** A line of the future is one of this boot, whenever that will be. */
function writeLog(world: HostWorld, log: 'vmkernel' | 'vobd', text: string): void {
  world.files.write(`/var/log/${log}.log`, new TextEncoder().encode(`${new Date(Date.now() + 60_000).toISOString()} ${text}\n`));
}

export const DIAGNOSIS: readonly Scenario[] = [
  {
    name: 'fewer-vfs-firmware',
    kind: 'host',
    why: 'the layer is the firmware: its setting is stored and never becomes current',
    world: { ...world, misbehaviour: [{ kind: 'settingNeverActivates', parameters: ['NUM_OF_VFS'] }] },
    spec: { adapters },
    expect: { ready: false, reason: 'FirmwareSettingNotActivated', message: /NUM_OF_VFS=8/, restarts: 1 },
    remedy: async (stage) => {
      stage.host.world.misbehaviours.remove('settingNeverActivates');
      await retry(stage);
    },
  },
  {
    name: 'fewer-vfs-driver',
    kind: 'host',
    why: 'firmware and options are in effect, and the driver creates fewer: how many of how many, and what is left to look at',
    world: { ...world, misbehaviour: [{ kind: 'fewerVfsThanAsked', most: 3 }] },
    spec: { adapters },
    expect: { ready: false, reason: 'FewerVfsThanRequested', message: /port 1: 3 of 8, port 2: 3 of 4/, restarts: 1 },
    remedy: async (stage) => {
      stage.host.world.misbehaviours.remove('fewerVfsThanAsked');
      await retry(stage);
    },
  },
  {
    name: 'fewer-vfs-driver-error',
    kind: 'host',
    why: 'the driver says in its log what went wrong: its words are in the message, with what to do',
    world: { ...world, misbehaviour: [{ kind: 'fewerVfsThanAsked', most: 0 }] },
    spec: { adapters },
    prepare: ({ host }) =>
      writeLog(host.world, 'vmkernel', 'cpu3:2097)ALERT: <NMLX_ERR> nmlx5_coreQueryTir:268 command failed: IO was aborted'),
    expect: { ready: false, reason: 'DriverError', message: /nmlx5_coreQueryTir:268 command failed.*released for each other/, restarts: 1 },
    remedy: async (stage) => {
      stage.host.world.misbehaviours.remove('fewerVfsThanAsked');
      await retry(stage);
    },
  },
  {
    name: 'link-flapping',
    kind: 'host',
    why: 'ESXi took the uplink down: virtual functions are there and carry nothing',
    world: { ...world, adapters: [{ model: connectX5En, linkUp: false }] },
    spec: { adapters },
    prepare: ({ host }) => {
      const text =
        '[netCorrelator] 51us: [esx.problem.net.vmnic.linkstate.flapping] Taking down physical NIC vmnic2 because the link is flapping.';
      writeLog(host.world, 'vobd', text);
    },
    expect: { ready: false, reason: 'LinkFlapping', message: /fabric0 port 1 \(vmnic2\)/, restarts: 1 },
  },
];
