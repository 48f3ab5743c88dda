/** Runbooks of restarts, maintenance mode, passthrough and driver options: somebody sets the host right, and the operator goes on. */
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { powerOnRefused } from '../../simulator/world/vmFault.ts';
import { byPath, makeImage, otherVersion } from '../../support/world/firmwareImages.ts';
import { FABRIC0 } from '../host/ethernet.ts';
import type { Scenario } from '../scenario.ts';
import { nudgeHost, retry, untilSaid } from './drill.ts';

const profile = { esxi: '7.0u3', tools: 'withMft' } as const;
const goal = { profile, adapters: [{ model: connectX5En, parameters: { SRIOV_EN: 1, NUM_OF_VFS: 8 } }], moduleOptions: 'max_vfs=8,4' };
const due = { ...goal, moduleOptions: '' };
const adapters = [FABRIC0];
const PF = '0000:3b:00.0';
const NEWER = makeImage(connectX5En.psid, otherVersion(connectX5En.firmwareVersion, 1));

export const RUNBOOK_RESTART: readonly Scenario[] = [
  {
    name: 'runbook-vm-not-restored',
    kind: 'host',
    why: 'a VM that was shut down for the restart does not start again: told with the words of vSphere, and tried until it runs',
    world: due,
    spec: { adapters, disruption: { runningVms: 'PowerOff' } },
    vms: [{ name: 'db-01', powerState: 'poweredOn' }],
    prepare: ({ lab, vms: [vm] }) => {
      const refuse = (): never => {
        throw powerOnRefused('The operation is not allowed in the current state.');
      };
      lab.vsphere.inventory.hooks.beforeNext('powerOn', refuse, vm);
    },
    play: async (stage) => {
      await untilSaid(stage, 'VmNotRestored');
      await nudgeHost(stage);
    },
    expect: { ready: true, restarts: 1, vmPowerOffs: 1 },
    verify: ({ vms: [vm] }) => {
      if (vm?.powerState !== 'poweredOn') throw new Error('the VM does not run');
    },
  },
  {
    name: 'runbook-port-passed-through',
    kind: 'host',
    why: 'somebody passed a port through that shall have virtual functions: what the port declares is corrected',
    world: { ...goal, moduleOptions: 'max_vfs=4', passthrough: [PF] },
    spec: { adapters },
    expect: { ready: false, reason: 'PortPassedThrough', restarts: 0 },
    remedy: async (stage) => {
      const ports = FABRIC0.ports.map((port) => (port.number === 1 ? { ...port, vfs: 0 } : port));
      await stage.applyHost({ adapters: [{ ...FABRIC0, ports }] });
    },
  },
  {
    name: 'runbook-restart-not-observed',
    kind: 'host',
    why: 'the restart command is lost twice: a person is asked, and after a retry it is sent again',
    world: { ...due, bmc: false, misbehaviour: [{ kind: 'dropConnectionBefore', command: /shutdown reboot/, times: 2 }] },
    spec: { adapters, disruption: { restartTimeoutSeconds: 10 } },
    expect: { ready: false, reason: 'RestartNotObserved', restarts: 0 },
    remedy: retry,
  },
  {
    name: 'runbook-firmware-not-running',
    kind: 'host',
    why: 'no restart brings the burned firmware to life: a person cycles the power, and the operator sees what runs',
    world: goal,
    spec: { adapters: [{ ...FABRIC0, firmware: byPath(NEWER) }] },
    prepare: ({ host }) => {
      host.world.files.write(NEWER.path, NEWER.bytes);
      const [card] = host.world.adapters;
      // A card that holds on to the image that runs, whatever restarts.
      if (card !== undefined) card.reset = (stuck) => card.config.activate(stuck);
    },
    expect: { ready: false, reason: 'FirmwareNotRunningAfterRestart', restarts: 1 },
    remedy: async (stage) => {
      const [card] = stage.host.world.adapters;
      if (card !== undefined) Reflect.deleteProperty(card, 'reset');
      stage.host.world.forceOff();
      stage.host.world.powerOn();
      await retry(stage);
    },
  },
];
