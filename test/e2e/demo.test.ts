/** The demo from its command line to its exit code: what a newcomer does first, on a real API server with the operator as a process. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { type DemoProcess, leftOver, startDemo } from './demoProcess.ts';

const LIMIT_MS = 120_000;

let demo: DemoProcess | undefined;

async function start(...args: Parameters<typeof startDemo>): Promise<DemoProcess> {
  demo = await startDemo(...args);
  return demo;
}

afterEach(async () => {
  await demo?.dispose();
  demo = undefined;
});

/** The part of the timeline that belongs to one object. */
function timelineOf(output: string, object: string): readonly string[] {
  const timeline = output.slice(output.indexOf('What happened'));
  const from = timeline.indexOf(`\n${object}\n`);
  return timeline.slice(from, timeline.indexOf('\n\n', from)).split('\n').slice(2);
}

/** The words after the times: what was done. */
function actionsOf(output: string, object: string): readonly string[] {
  return timelineOf(output, object).map((line) => /^ +\+[0-9.]+ s {2}([A-Za-z]+) /.exec(line)?.[1] ?? `not understood: ${line}`);
}

describe('npm run demo', () => {
  it(
    'brings every host and attachment to Ready with the fewest restarts, tells how, and leaves nothing behind',
    async () => {
      const running = await start([]);
      expect({ code: await running.ended, output: running.output() }).toMatchObject({ code: 0 });
      const output = running.output();

      expect(output).not.toContain('\u001b');
      for (const line of [
        /SriovHost\/esx-01 ready=True vfs=12\/12 restarts=2 vms=db-01 poweredOn - as declared/,
        /SriovHost\/esx-02 ready=True vfs=16\/16 restarts=1 - as declared/,
        /SriovHost\/esx-03 ready=True vfs=16\/16 restarts=0 vms=web-01 poweredOn - as declared/,
        /SriovHost\/esx-04 ready=True vfs=4\/4 restarts=1 vms=sm-01 poweredOn - as declared/,
        /SriovHost\/esx-05 ready=True vfs=16\/16 restarts=1 - as declared/,
        /SriovHost\/esx-06 ready=True vfs=4\/4 restarts=1 - as declared/,
        /SriovHost\/esx-07 ready=True vfs=4\/4 restarts=1 vms=hpc-01 poweredOn - as declared/,
        /SriovVmAttachment\/sm-01 ready=True vm=sm-01 power=poweredOn pf=0000:3b:00.0/,
        /SriovVmAttachment\/hpc-01 ready=True vm=hpc-01 power=poweredOn mac=\S+ pf=0000:3b:00.0 vf=0000:3b:/,
        /SriovVmAttachment\/db-01 ready=True vm=db-01 power=poweredOn mac=00:50:56:3f:00:01 pf=0000:3b:00.0 vf=0000:3b:/,
        /SriovVmAttachment\/web-01 ready=True vm=web-01 power=poweredOn mac=\S+ pf=0000:3b:00.1 vf=0000:3b:/,
        /esx-01: 2 restarts \(warm, cold\), \d+ changes of its configuration, 0 under running VMs/,
        /esx-02: 1 restart \(warm\), \d+ changes of its configuration, 0 under running VMs/,
        /esx-03: 0 restarts, 0 changes of its configuration, 0 under running VMs/,
        /esx-04: 1 restart \(warm\), \d+ changes of its configuration, 0 under running VMs/,
        /esx-05: 1 restart \(warm\), \d+ changes of its configuration, 0 under running VMs; 1 firmware image burned, 16\.35\.4030 runs/,
        /esx-07: 1 restart \(warm\), \d+ changes of its configuration, 0 under running VMs/,
        /esx-06: 1 restart \(warm\), \d+ changes of its configuration, 0 under running VMs/,
      ]) {
        expect(output).toMatch(line);
      }

      const restarts = (host: string) =>
        actionsOf(output, `SriovHost/${host}`).filter((action) => /^(WarmReboot|ColdCycle|PowerOn|Booted)$/.test(action));
      const settingsOf = (host: string) =>
        actionsOf(output, `SriovHost/${host}`).filter((action) => /^(BurnFirmware|Set[A-Za-z]+)$/.test(action));
      expect(restarts('esx-01')).toEqual(['WarmReboot', 'Booted', 'ColdCycle', 'PowerOn', 'Booted']);
      expect(restarts('esx-02')).toEqual(['WarmReboot', 'Booted']);
      expect(restarts('esx-03')).toEqual([]);
      for (const host of ['esx-04', 'esx-05', 'esx-06', 'esx-07']) expect(restarts(host)).toEqual(['WarmReboot', 'Booted']);
      // The image first: settings that were written before it could be lost.
      expect(settingsOf('esx-05')).toEqual(['BurnFirmware', 'SetFirmwareParameters', 'SetDriverOptions']);
      expect(
        timelineOf(output, 'SriovHost/esx-04')
          .filter((line) => line.includes('SetFirmwareParameters'))
          .map((line) => line.includes('FORCE_ETH_PCI_SUBCLASS')),
      ).toEqual([false, true]);

      // What the operator asks for in its progress is what the demo runs, and nothing happens to the host before.
      const [, asked] = /SriovHost\/esx-06 ready=False .* waits for approval: (kubectl annotate sriovhost esx-06 .*)\n/.exec(output) ?? [];
      expect(asked).toMatch(/^kubectl annotate sriovhost esx-06 -n demo --overwrite sriov\.esxi\.io\/approve=[0-9a-f]+$/);
      expect(output).toContain(`  $ ${asked}\n  sriovhost.sriov.esxi.io/esx-06 annotated\n`);
      expect(output).toContain('esx-06 waits for an approval; so far it counted 0 restarts, 0 changes of its configuration. Its plan:');
      const done = actionsOf(output, 'SriovHost/esx-06');
      expect(done.slice(done.indexOf('WaitsForApproval'), done.indexOf('EnterMaintenance') + 1)).toEqual([
        'WaitsForApproval',
        'Approved',
        'EnterMaintenance',
      ]);

      expect(
        timelineOf(output, 'SriovHost/esx-01')
          .filter((line) => line.includes('InstallVib'))
          .map((line) => /install VIB (\S+)/.exec(line)?.[1]),
      ).toEqual(['nmlx5-core', 'nmst', 'mft']);
      expect(actionsOf(output, 'SriovVmAttachment/db-01')).toEqual(['ReconfigureVm', 'PowerOnVm', 'VirtualFunction', 'Ready']);
      expect(actionsOf(output, 'SriovVmAttachment/web-01')).toEqual([
        'ShutdownGuest',
        'ReconfigureVm',
        'PowerOnVm',
        'VirtualFunction',
        'Ready',
      ]);

      expect(actionsOf(output, 'SriovVmAttachment/sm-01').filter((action) => action !== 'LinkActive')).toEqual([
        'ReconfigureVm',
        'PowerOnVm',
        'ConfigureSubnetManager',
        'InstallSubnetManagerService',
        'StartSubnetManager',
        'SubnetManagerReady',
        'Ready',
      ]);
      expect(timelineOf(output, 'SriovVmAttachment/sm-01').join(' ')).toContain('This VM is the master of subnet fabric-a');
      expect(actionsOf(output, 'SriovVmAttachment/hpc-01')).toContain('LinkActive');

      expect(await leftOver(running)).toEqual([]);
      expect(await running.files()).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'stops at Ctrl-C in the middle of its work and leaves nothing behind',
    async () => {
      const running = await start(['--keep']);
      await running.said(/SriovHost\/esx-01 .*the reboot was sent/);
      expect(await running.processes('operator/main.ts')).toHaveLength(1);
      running.interrupt();

      expect({ code: await running.ended, output: running.output() }).toMatchObject({
        code: 130,
        output: expect.stringContaining('stopped by SIGINT'),
      });
      expect(await leftOver(running)).toEqual([]);
      expect(await running.files()).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'fails with a message and the end of the log when the operator dies',
    async () => {
      const running = await start([]);
      await running.said(/SriovHost\/esx-01 .*restarts=1/);
      for (const pid of await running.processes('operator/main.ts')) process.kill(pid, 'SIGKILL');

      expect(await running.ended).toBe(1);
      expect(running.output()).toMatch(
        // Which lines are the last is chance: seven hosts are at work when it dies.
        /The demo failed: the operator's process \d+ ended\n\nThe end of the operator's log:\n(?: {2}.+\n)* {2}.*(?:step|looked at host)/,
      );
      expect(await leftOver(running)).toEqual([]);
      expect(await running.files()).toEqual([]);
    },
    LIMIT_MS,
  );

  it.each([
    { why: 'an unknown argument is named', args: ['--keeep'], env: {}, code: 64, says: /--keeep/ },
    {
      why: 'the binaries are not where the environment says',
      args: [],
      env: { KUBEBUILDER_ASSETS: '/nowhere' },
      code: 1,
      says: /KUBEBUILDER_ASSETS is \/nowhere/,
    },
  ])('fails at once when $why', async ({ args, env, code, says }) => {
    const running = await start(args, env);
    expect(await running.ended).toBe(code);
    expect(running.output()).toMatch(says);
    expect(await running.files()).toEqual([]);
  });
});
