/** Wrong input and a wrong world: each ends in a stable reason and a message that says what to do, and the good parts go on. */
import { connectX4Lx, connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { secretManifest } from '../../support/lab/manifests.ts';
import { FABRIC0 } from '../host/ethernet.ts';
import type { Scenario } from '../scenario.ts';

const adapters = [FABRIC0];
const world = { profile: { esxi: '7.0u3', tools: 'withMft' }, adapters: [{ model: connectX5En }] } as const;
const goal = { ...world, adapters: [{ model: connectX5En, parameters: { SRIOV_EN: 1, NUM_OF_VFS: 8 } }], moduleOptions: 'max_vfs=8,4' };

export const BAD_INPUT: readonly Scenario[] = [
  {
    name: 'wrong-password',
    kind: 'bad-input',
    why: 'ESXi locks an account after five failures: one attempt, then a person has to correct the Secret',
    world: goal,
    spec: { adapters },
    prepare: async ({ lab, namespace, host }) =>
      lab.apply(secretManifest(namespace, `${host.world.name}-esxi`, { username: 'root', password: 'not-the-password' })),
    play: async ({ lab, namespace, host, hostKey }) => {
      await lab.observer.untilCondition('SriovHost', hostKey, { type: 'Stalled', status: 'True', reason: 'CredentialsRejected' });
      // Another look must not be another attempt.
      await lab.api.kubectl(['annotate', 'srh', host.world.name, '-n', namespace, 'example.com/touch=1']);
      await lab.observer.until('SriovHost', hostKey, (object) => object?.metadata.annotations?.['example.com/touch'] === '1');
      const { loginFailures } = host.world.counters;
      if (loginFailures !== 1) throw new Error(`${loginFailures} log-ins were tried with a wrong password`);
      await lab.apply(secretManifest(namespace, `${host.world.name}-esxi`, { username: host.ssh.username, password: host.ssh.password }));
    },
    expect: { ready: true, restarts: 0 },
  },
  {
    name: 'wrong-host-key',
    kind: 'bad-input',
    why: 'another host key may be another host: not one byte of the password is sent',
    world: goal,
    spec: { adapters },
    specFor: ({ host }) => ({
      esxi: {
        address: host.ssh.address,
        sshPort: host.ssh.port,
        credentialsSecretRef: { name: `${host.world.name}-esxi` },
        hostKeyFingerprints: [`SHA256:${'A'.repeat(43)}`],
      },
    }),
    expect: { ready: false, reason: 'HostKeyMismatch', restarts: 0, message: /SHA256:/ },
    verify: ({ host }) => {
      if (host.world.counters.loginFailures + host.world.counters.sshExecs > 0)
        throw new Error('something was sent to a host with a wrong key');
    },
  },
  {
    name: 'unreachable-host',
    kind: 'bad-input',
    why: 'nobody answers: retried with back-off, and ready once the host is there',
    world: { ...goal, poweredOn: false },
    spec: { adapters },
    play: async ({ lab, hostKey, host }) => {
      await lab.observer.untilCondition('SriovHost', hostKey, { type: 'Reachable', status: 'False', reason: 'HostUnreachable' });
      host.world.powerOn();
      // That one was ours, not the operator's.
      host.world.counters.restarts.length = 0;
    },
    expect: { ready: true, restarts: 0 },
  },
  {
    name: 'no-such-adapter',
    kind: 'bad-input',
    why: 'the message lists the adapters that are there; the other adapter gets its virtual functions',
    world,
    spec: { adapters: [FABRIC0, { name: 'ghost', selector: { macAddress: 'b8:59:9f:00:00:99' }, ports: [{ number: 1, vfs: 1 }] }] },
    expect: { ready: false, reason: 'AdapterNotFound', restarts: 1, message: /present are: .*0000:3b:00\.0/ },
    verify: ({ host }) => {
      const [first] = host.world.physicalFunctions;
      if (first?.virtualFunctions.length !== 8) throw new Error('the good adapter did not get its virtual functions');
    },
  },
  {
    name: 'declared-twice',
    kind: 'bad-input',
    why: 'two entries select the same adapter by different words',
    world,
    spec: { adapters: [FABRIC0, { name: 'twin', selector: { vmnic: 'vmnic3' }, ports: [{ number: 2, vfs: 1 }] }] },
    expect: { ready: false, reason: 'AdapterDeclaredTwice', restarts: 0, message: /one entry/ },
  },
  {
    name: 'not-mellanox',
    kind: 'bad-input',
    why: 'an uplink on the mainboard is not a ConnectX adapter',
    world,
    spec: { adapters: [{ name: 'onboard', selector: { vmnic: 'vmnic0' }, ports: [{ number: 1, vfs: 1 }] }] },
    expect: { ready: false, reason: 'AdapterUnsupported', restarts: 0, message: /not an NVIDIA\/Mellanox/ },
  },
  {
    name: 'too-many-vfs',
    kind: 'bad-input',
    why: 'the device tells its own limit; the other adapter gets what was declared',
    world: { ...world, adapters: [{ model: connectX5En }, { model: connectX4Lx }] },
    spec: { adapters: [FABRIC0, { name: 'fabric1', selector: { pciAddress: '0000:5e:00.0' }, ports: [{ number: 1, vfs: 100 }] }] },
    expect: { ready: false, reason: 'VfCountExceedsDevice', restarts: 1, message: /at most 64/ },
    verify: ({ host }) => {
      const counts = host.world.physicalFunctions.map(({ virtualFunctions }) => virtualFunctions.length).join();
      if (counts !== '8,4,0,0') throw new Error(`virtual functions are ${counts}`);
    },
  },
  {
    name: 'missing-secret',
    kind: 'bad-input',
    why: 'the Secret comes later: nobody has to touch the object',
    world: goal,
    spec: { adapters },
    prepare: async ({ lab, namespace, host }) => lab.remove('secret', namespace, `${host.world.name}-esxi`),
    play: async ({ lab, namespace, host, hostKey }) => {
      await lab.observer.untilCondition('SriovHost', hostKey, { type: 'Ready', status: 'False', reason: 'SecretNotFound' });
      await lab.apply(secretManifest(namespace, `${host.world.name}-esxi`, { username: host.ssh.username, password: host.ssh.password }));
    },
    expect: { ready: true, restarts: 0 },
  },
  {
    name: 'missing-secret-key',
    kind: 'bad-input',
    why: 'a Secret without password is named together with the key that it lacks',
    world: goal,
    spec: { adapters },
    prepare: async ({ lab, namespace, host }) => {
      await lab.remove('secret', namespace, `${host.world.name}-esxi`);
      await lab.apply(secretManifest(namespace, `${host.world.name}-esxi`, { username: 'root' }));
    },
    expect: { ready: false, reason: 'SecretKeyMissing', restarts: 0, message: /has no key password/ },
  },
  {
    name: 'bmc-not-a-system',
    kind: 'bad-input',
    why: 'the URL has the right form but names no system: the restart that needs it waits, with the remedy',
    world,
    spec: { adapters },
    specFor: ({ host }) => ({
      bmc: {
        systemUrl: `${host.bmc?.systemUrl.replace(/\/[^/]*$/, '')}/no-such-system`,
        credentialsSecretRef: { name: `${host.world.name}-bmc` },
        ...(host.bmc?.certificateFingerprint === undefined ? {} : { certificateFingerprint: host.bmc.certificateFingerprint }),
      },
    }),
    expect: { ready: false, reason: 'BmcAddressInvalid', restarts: 0 },
  },
  {
    name: 'running-vms-block',
    kind: 'bad-input',
    why: 'a running VM is never disturbed: the host waits, names it, and goes on by itself when it is off',
    world,
    spec: { adapters },
    vms: [{ name: 'payroll', powerState: 'poweredOn' }],
    play: async ({ lab, hostKey, vms, host }) => {
      const waiting = await lab.observer.untilCondition('SriovHost', hostKey, {
        type: 'Ready',
        status: 'False',
        reason: 'RunningVmsBlock',
      });
      if (!JSON.stringify(waiting.status?.conditions).includes('payroll')) throw new Error('the VM is not named');
      if (host.world.counters.reconfigurations > 0) throw new Error('something was staged while VMs were running');
      const [vm] = vms;
      if (vm !== undefined) lab.vsphere.inventory.power.off(vm);
    },
    expect: { ready: true, restarts: 1, vmPowerOffs: 1 },
  },
];
