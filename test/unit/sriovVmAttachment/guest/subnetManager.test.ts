/** A VM that is made the Subnet Manager of its subnet, and what the others on the subnet see of it. */
import { describe, expect, it } from '@jest/globals';
import { simOpensm } from '../../../simulator/guest/simOpensm.ts';
import { CONFIG, DROP_IN, type IbOptions, IbScene, PF_GUID } from './ibScene.ts';

const COMMAND = '/usr/sbin/opensm --config /etc/opensm.conf --guid 0xb8599f0300000001';

async function managed(options: IbOptions = {}): Promise<IbScene> {
  const scene = new IbScene(options);
  scene.attachManager();
  await scene.settle();
  return scene;
}

describe('a Subnet Manager', () => {
  it('is configured, made a service and started, and is master then; the link of a virtual function becomes Active', async () => {
    const scene = new IbScene();
    scene.attachFunction();
    await scene.settle();
    expect(scene.verdict('LinkActive', 'vf')).toBe('LinkActive=False LinkDown');
    expect(scene.verdict('SubnetManagerReady', 'vf')).toBe('SubnetManagerReady=False SubnetManagerAbsent');
    scene.attachManager();
    await scene.settle();
    expect(scene.verdict('Ready', 'sm')).toBe('Ready=True Succeeded');
    expect(scene.verdict('SubnetManagerReady', 'sm')).toBe('SubnetManagerReady=True SubnetManagerMaster');
    expect(scene.object('sm').status?.subnetManager).toEqual({
      state: 'Master',
      guid: PF_GUID,
      lid: expect.any(Number),
      priority: 0,
      program: '/usr/sbin/opensm',
      version: '5.11.0.MLNX',
      configFile: CONFIG,
      serviceManagedBy: 'opensmd.service',
      virtEnabled: true,
    });
    expect(scene.verdict('LinkActive', 'sm')).toBe('LinkActive=True LinkUp');
    expect(scene.verdict('LinkActive', 'vf')).toBe('LinkActive=True LinkUp');
    expect(scene.condition('LinkActive', 'vf')?.message).toContain('-x 0');
    expect(scene.condition('SubnetManagerReady', 'vf')?.message).toContain('The master of subnet default is attachment lab/sm.');
    expect(scene.object('vf').status?.device?.guid).toBe(scene.object('vf').status?.link?.guid);
    expect(scene.guestWrites()).toEqual([
      `guest write ${CONFIG}.sriov-operator`,
      `guest run -f ${CONFIG}.sriov-operator ${CONFIG}`,
      `guest write ${DROP_IN}`,
      'guest run -c systemctl daemon-reload',
      'guest run -c systemctl enable opensmd.service',
      'guest run -c systemctl restart opensmd.service',
    ]);
    expect(scene.running()).toEqual([COMMAND]);
  });

  it('is left alone once it runs: nothing is written and nothing restarted, whoever looks how often', async () => {
    const scene = await managed();
    const before = [scene.cluster.writes, scene.vsphere.writes.length, scene.running()];
    for (let round = 0; round < 5; round += 1) await scene.look('sm');
    scene.restart();
    await scene.look('sm');
    expect([scene.cluster.writes, scene.vsphere.writes.length, scene.running()]).toEqual(before);
    expect(scene.manager.processes().filter(({ name, commandLine }) => name === 'opensm' && commandLine === COMMAND)).toHaveLength(1);
  });

  it('shows in its plan what is left, with reason and command, and in its journal what was done', async () => {
    const scene = new IbScene();
    const systemctl = scene.manager.programs.get('/usr/bin/systemctl');
    scene.manager.programs.set('/usr/bin/systemctl', (call) =>
      call.args[0] === 'restart'
        ? { exitCode: 1, output: 'Job for opensmd.service failed.\n' }
        : (systemctl?.(call) ?? { exitCode: 1, output: '' }),
    );
    scene.attachManager();
    await scene.settle(4);
    expect(scene.verdict('Ready', 'sm')).toBe('Ready=False GuestProgramFailed');
    expect(scene.condition('Ready', 'sm')?.message).toContain(
      'systemctl restart opensmd.service ended with exit code 1: Job for opensmd.service failed.',
    );
    expect(scene.object('sm').status?.plan?.steps).toEqual([
      {
        kind: 'StartSubnetManager',
        subject: 'vm/sm-01',
        because: 'subnetManagerStopped',
        description: 'start OpenSM in the guest: systemctl restart opensmd.service',
        disruption: 'None',
      },
    ]);
    const done = (scene.object('sm').status?.journal ?? []).filter(({ result }) => result === 'Succeeded').map(({ detail }) => detail);
    expect(done).toContain('create /etc/opensm.conf in the guest (/usr/sbin/opensm --create-config) with virt_enabled 2');
  });

  it('is not looked at while it is held: the guest is not asked', async () => {
    const scene = new IbScene();
    scene.attachManager();
    await scene.look('sm');
    const asked = scene.manager.commands.length;
    scene.annotate('sm', { 'sriov.esxi.io/hold': 'for a look' });
    await scene.settle();
    expect(scene.manager.commands).toHaveLength(asked);
    expect(scene.guestWrites()).toEqual([]);
  });

  it('is started as a daemon where the guest has no service for it, and again when it is gone', async () => {
    const scene = await managed({ systemd: false });
    expect(scene.running()).toEqual([`${COMMAND} --daemon`]);
    expect(scene.object('sm').status?.subnetManager?.serviceManagedBy).toBe('operator');
    scene.killManager();
    await scene.settle();
    expect(scene.running()).toEqual([`${COMMAND} --daemon`]);
    expect(scene.verdict('Ready', 'sm')).toBe('Ready=True Succeeded');
    expect(scene.guestWrites().filter((write) => write.includes(CONFIG) && write.includes('write'))).toHaveLength(1);
  });

  it('is started again by its service when it is gone', async () => {
    const scene = await managed();
    scene.killManager();
    await scene.settle();
    expect(scene.running()).toEqual([COMMAND]);
    expect(scene.guestWrites().slice(6)).toEqual(['guest run -c systemctl restart opensmd.service']);
  });

  it('keeps the configuration that a user wrote, but for the keys that count', async () => {
    const scene = new IbScene();
    scene.manager.files.set(CONFIG, { content: '# mine\nlmc 2\nvirt_enabled 0\nsm_priority 1\n', permissions: 0o600 });
    scene.attachManager({ priority: 5 });
    await scene.settle();
    expect(scene.manager.files.get(CONFIG)).toEqual({ content: '# mine\nlmc 2\nvirt_enabled 2\nsm_priority 5\n', permissions: 0o600 });
    expect(scene.object('sm').status?.subnetManager?.priority).toBe(5);
  });

  it('is restarted once when its configuration has to change', async () => {
    const scene = await managed();
    scene.manager.files.set(CONFIG, { content: 'virt_enabled 1\n', permissions: 0o644 });
    await scene.settle();
    expect(scene.manager.read(CONFIG)).toBe('virt_enabled 2\n');
    expect(scene.guestWrites().slice(6)).toEqual([
      `guest write ${CONFIG}.sriov-operator`,
      'guest run -c systemctl stop opensmd.service',
      `guest run -f ${CONFIG}.sriov-operator ${CONFIG}`,
      'guest run -c systemctl restart opensmd.service',
    ]);
    expect(scene.verdict('SubnetManagerReady', 'sm')).toBe('SubnetManagerReady=True SubnetManagerMaster');
  });

  it('knows the OpenSM that runs with the configuration declared before as its own, also after a failure on the way', async () => {
    const scene = await managed({ systemd: false });
    const opensm = scene.manager.programs.get('/usr/sbin/opensm');
    const { subnetManager } = scene.object('sm').spec;
    scene.change('sm', { subnetManager: { ...subnetManager, configFile: '/etc/other.conf' } });
    scene.manager.programs.set('/usr/sbin/opensm', (call) =>
      call.args.includes('--create-config')
        ? { exitCode: 255, output: 'No space left on device\n' }
        : (opensm?.(call) ?? { exitCode: 1, output: '' }),
    );
    await scene.settle(4);
    expect(scene.verdict('Ready', 'sm')).toBe('Ready=False GuestProgramFailed');
    expect(scene.running()).toEqual([`${COMMAND} --daemon`]);
    scene.manager.programs.set('/usr/sbin/opensm', opensm ?? (() => ({ exitCode: 1, output: '' })));
    await scene.settle();
    expect(scene.running()).toEqual([`${COMMAND.replace(CONFIG, '/etc/other.conf')} --daemon`]);
    expect(scene.verdict('Ready', 'sm')).toBe('Ready=True Succeeded');
  });

  it('stands by where another one is master, and says so', async () => {
    const scene = new IbScene();
    const other = new IbScene().manager;
    other.programs.set('/usr/sbin/opensm', simOpensm({ version: '5', virtualization: true }));
    other.files.set('/etc/o.conf', { content: 'sm_priority 9\nvirt_enabled 2\n', permissions: 0o644 });
    scene.fabric.join(other, () => [{ kind: 'Physical', guid: '00:00:00:00:00:00:00:aa', subnet: 'default' }]);
    other.run('root', ['opensm', '--config', '/etc/o.conf']);
    scene.attachManager();
    await scene.settle();
    expect(scene.verdict('Ready', 'sm')).toBe('Ready=True Succeeded');
    expect(scene.verdict('SubnetManagerReady', 'sm')).toBe('SubnetManagerReady=True SubnetManagerStandby');
    expect(scene.condition('SubnetManagerReady', 'sm')?.message).toContain('00:00:00:00:00:00:00:aa, priority 9');
  });
});

describe('what keeps a Subnet Manager from running', () => {
  it.each<{ why: string; options: IbOptions; reason: string; spoil?: (scene: IbScene) => void; says: RegExp }>([
    {
      why: 'OpenSM of a distribution',
      options: { opensm: 'distribution' },
      reason: 'OpensmLacksVirtualization',
      says: /has no virt_enabled.*NVIDIA/,
    },
    { why: 'no OpenSM', options: { opensm: 'none' }, reason: 'OpensmNotFound', says: /no opensm/ },
    {
      why: 'VMware Tools that do not run',
      options: {},
      reason: 'GuestUnreachable',
      spoil: (scene) => scene.vsphere.edit('vm-2', (vm) => (vm.toolsRunning = false)),
      says: /VMware Tools do not run in VM sm-01/,
    },
    {
      why: 'an account that is not root',
      options: {},
      reason: 'GuestPermissionDenied',
      spoil: (scene) => scene.manager.accounts.set('root', { password: 'guest-secret', uid: 1000 }),
      says: /needs root in the guest.*1000/,
    },
    {
      why: 'an OpenSM that somebody else started',
      options: { systemd: false },
      reason: 'SubnetManagerConflict',
      spoil: (scene) => scene.manager.addProcess('root', '/usr/sbin/opensm -g 0x1'),
      says: /opensm -g 0x1/,
    },
    {
      why: 'no Secret',
      options: {},
      reason: 'GuestCredentialsMissing',
      spoil: (scene) => scene.cluster.secrets.delete('lab/guest'),
      says: /lab\/guest does not exist/,
    },
    { why: 'nobody who can tell the master', options: { sminfo: false }, reason: 'GuestProgramFailed', says: /infiniband-diags/ },
  ])('is said: $why', async ({ options, reason, spoil, says }) => {
    const scene = new IbScene(options);
    spoil?.(scene);
    scene.attachManager();
    await scene.settle();
    expect(scene.verdict('Ready', 'sm')).toBe(`Ready=False ${reason}`);
    expect(scene.condition('Ready', 'sm')?.message).toMatch(says);
    expect(scene.verdict('Attached', 'sm')).toMatch(/Attached=True/);
    if (reason !== 'GuestProgramFailed') expect(scene.guestWrites()).toEqual([]);
  });

  it('never writes the key that this OpenSM does not know, also into a file that is there', async () => {
    const scene = new IbScene({ opensm: 'distribution' });
    scene.manager.files.set(CONFIG, { content: 'lmc 1\n', permissions: 0o644 });
    scene.attachManager();
    await scene.settle();
    expect(scene.manager.read(CONFIG)).toBe('lmc 1\n');
    expect(scene.running()).toEqual([]);
  });

  it('is a second attachment of the same VM that wants one too: the first one has it', async () => {
    const scene = await managed();
    const first = scene.object('sm');
    scene.cluster.put('SriovVmAttachment', {
      ...first,
      metadata: { ...first.metadata, name: 'z', uid: 'uid-z', creationTimestamp: '2026-01-02T00:00:00Z' },
    });
    await scene.look('z');
    expect(scene.verdict('SubnetManagerReady', 'z')).toBe('SubnetManagerReady=False SubnetManagerConflict');
    expect(scene.verdict('Ready', 'sm')).toBe('Ready=True Succeeded');
  });
});
