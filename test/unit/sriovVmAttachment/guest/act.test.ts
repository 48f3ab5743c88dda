/** A step inside the guest that fails half way leaves the subnet managed. */
import { describe, expect, it } from '@jest/globals';
import { performInGuest } from '../../../../operator/controllers/sriovVmAttachment/act/guest.ts';
import { PortError } from '../../../../operator/ports/errors.ts';
import type { Guest } from '../../../../operator/ports/guest.ts';
import { GUEST_PASSWORD } from '../../../simulator/guest/simGuest.ts';
import { FakeGuest } from '../../../support/fakes/guest.ts';
import { CONFIG, IbScene, PF_GUID } from './ibScene.ts';

const NEVER = new AbortController().signal;
const RUN = { program: '/usr/sbin/opensm', configFile: CONFIG, guid: PF_GUID };

async function scene(systemd: boolean): Promise<{ readonly scene: IbScene; readonly guest: Guest }> {
  const made = new IbScene({ systemd });
  made.attachManager();
  await made.settle();
  return { scene: made, guest: new FakeGuest({ guest: made.manager, credentials: { username: 'root', password: GUEST_PASSWORD } }) };
}

function withFullDisk(guest: Guest): Guest {
  return new Proxy<Guest>(guest, {
    get: (target, name: keyof Guest) =>
      name === 'writeFile' ? () => Promise.reject(new PortError('GuestProgramFailed', 'no space left')) : target[name].bind(target),
  });
}

function runningPids(made: IbScene): readonly number[] {
  const alive = made.manager.processes().filter(({ name, exitCode }) => name === 'opensm' && exitCode === undefined);
  return alive.map(({ pid }) => pid);
}

describe.each([
  { why: 'as a service', systemd: true },
  { why: 'as a daemon', systemd: false },
])('a configuration that cannot be put in place leaves OpenSM running $why', ({ systemd }) => {
  const stepFor = (made: IbScene) => {
    const stop = systemd ? ({ unit: 'opensmd.service' } as const) : { pids: runningPids(made) };
    return { kind: 'ConfigureSubnetManager', because: 'settingsDiffer', run: RUN, settings: { sm_priority: '4' }, stop } as const;
  };

  it('without being stopped, where the disk is full', async () => {
    const { scene: made, guest } = await scene(systemd);
    const before = runningPids(made);
    await expect(performInGuest(withFullDisk(guest), stepFor(made), NEVER)).rejects.toMatchObject({ message: 'no space left' });
    expect(runningPids(made)).toEqual(before);
  });

  it('with the old one again, where the last step fails', async () => {
    const { scene: made, guest } = await scene(systemd);
    const step = stepFor(made);
    made.manager.programs.set('/bin/mv', () => ({ exitCode: 1, output: 'mv: Operation not permitted\n' }));
    await expect(performInGuest(guest, step, NEVER)).rejects.toMatchObject({
      code: 'GuestProgramFailed',
      message: expect.stringContaining('not permitted'),
    });
    expect(runningPids(made)).toHaveLength(1);
    expect(made.fabric.masterOf('default')).toMatchObject({ guid: PF_GUID, virtualization: true, priority: 0 });
    expect(made.manager.read(CONFIG)).not.toContain('sm_priority 4');
  });
});
