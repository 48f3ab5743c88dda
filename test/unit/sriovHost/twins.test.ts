/** A manifest that was copied and half corrected: one ESXi host declared twice, or the BMC of a neighbour. */
import { describe, expect, it } from '@jest/globals';
import type { SriovHost, SriovHostSpec } from '../../../operator/api/types.ts';
import { bmcShared, declaredBefore } from '../../../operator/controllers/sriovHost/rules/twins.ts';
import { hostObject } from '../../support/world/runHost.ts';
import { type DisturbedStage, disturbedStage, specWith, untilRestart } from './disturbedStage.ts';

const SPEC = specWith();
const { bmc: _, ...WITHOUT_BMC } = SPEC;
const DETACHED = { 'sriov.esxi.io/detach': 'x' };

interface Other {
  readonly name?: string;
  readonly created?: string;
  readonly address?: string;
  readonly sshPort?: number;
  readonly bmc?: string | undefined;
  readonly mode?: SriovHostSpec['mode'];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly detachCompleted?: boolean;
}

function hostLike({ name = 'esx-00', created = '', bmc, mode = 'Enforce', annotations = {}, detachCompleted, ...at }: Other): SriovHost {
  const base = hostObject(SPEC, annotations);
  const { bmc: own, ...rest } = SPEC;
  const esxi = { ...SPEC.esxi, address: at.address ?? SPEC.esxi.address, sshPort: at.sshPort ?? SPEC.esxi.sshPort };
  const spec = { ...rest, esxi, mode, ...(bmc === undefined || own === undefined ? {} : { bmc: { ...own, systemUrl: bmc } }) };
  const status = detachCompleted === true ? { detach: { requestedTime: 'x', completedTime: 'x' } } : {};
  return { ...base, metadata: { ...base.metadata, name, uid: `uid-${name}`, creationTimestamp: created }, spec, status } as SriovHost;
}

const NOON = '2026-01-01T12:00:00Z';
const LATER = '2026-01-01T12:00:01Z';
const OWN_BMC = SPEC.bmc?.systemUrl ?? '';

describe('who declared the same ESXi host before', () => {
  it.each<{ readonly why: string; readonly other: Other; readonly before: string | undefined }>([
    { why: 'the older one goes on', other: { created: NOON }, before: 'lab/esx-00' },
    { why: 'who comes later stops nobody', other: { created: '2026-01-01T12:00:02Z' }, before: undefined },
    { why: 'in the same second the name decides', other: { created: LATER }, before: 'lab/esx-00' },
    { why: 'and only for one of them', other: { name: 'esx-99', created: LATER }, before: undefined },
    {
      why: 'letters of either case are one address',
      other: { created: NOON, address: SPEC.esxi.address.toUpperCase() },
      before: 'lab/esx-00',
    },
    { why: 'another port is another host', other: { created: NOON, sshPort: 2222 }, before: undefined },
    { why: 'another address is another host', other: { created: NOON, address: 'esx-00.example.com' }, before: undefined },
    { why: 'one that only observes disturbs nobody', other: { created: NOON, mode: 'Observe' }, before: undefined },
    { why: 'one that was let go is nobody', other: { created: NOON, annotations: DETACHED, detachCompleted: true }, before: undefined },
    { why: 'one that is being let go still is', other: { created: NOON, annotations: DETACHED }, before: 'lab/esx-00' },
  ])('$why', ({ other, before }) => {
    const own = hostLike({ name: 'esx-01', created: LATER });
    expect(declaredBefore(own, [own, hostLike(other)]).declaredBefore).toBe(before);
  });
});

describe('a BMC that two hosts declare', () => {
  it.each<{ readonly why: string; readonly other: Other; readonly shared: boolean }>([
    { why: 'another host with it', other: { address: 'esx-00.example.com', bmc: OWN_BMC }, shared: true },
    {
      why: 'also where that one only observes: its manifest tells as much',
      other: { address: 'x', bmc: OWN_BMC, mode: 'Observe' },
      shared: true,
    },
    {
      why: 'a slash at the end and letters of either case are no difference',
      other: { address: 'x', bmc: `${OWN_BMC.toUpperCase()}/` },
      shared: true,
    },
    { why: 'the same host declared twice has one BMC', other: { bmc: OWN_BMC }, shared: false },
    { why: 'another system of the same BMC', other: { address: 'x', bmc: `${OWN_BMC}2` }, shared: false },
    { why: 'no BMC', other: { address: 'x' }, shared: false },
    { why: 'one that was let go', other: { address: 'x', bmc: OWN_BMC, annotations: DETACHED, detachCompleted: true }, shared: false },
  ])('$why: $shared', ({ other, shared }) => {
    const own = hostLike({ name: 'esx-01', bmc: OWN_BMC });
    expect(bmcShared(own, [own, hostLike(other)])?.reason).toBe(shared ? 'BmcDeclaredTwice' : undefined);
  });
});

const untouched = ({ world }: DisturbedStage) => [world.counters.restarts.length, world.counters.reconfigurations, world.maintenanceMode];

describe('a host that is declared twice', () => {
  it('is written to by the older object only, and by the other once that is gone', async () => {
    const at = disturbedStage(SPEC);
    at.edit({ creationTimestamp: LATER });
    at.cluster.put('SriovHost', hostLike({ created: NOON }));
    for (let looks = 0; looks < 10; looks += 1) await at.step();
    expect(at.ready()).toMatchObject({ reason: 'HostDeclaredTwice', message: expect.stringContaining('SriovHost lab/esx-00') });
    expect(untouched(at)).toEqual([0, 0, false]);
    at.cluster.objects.SriovHost.delete('lab/esx-00');
    await at.until(() => at.ready()?.status === 'True', 30);
    expect(at.ready()?.reason).toBe('Succeeded');
  });

  it('is brought to its end where it was begun with', async () => {
    const at = disturbedStage(SPEC);
    at.edit({ creationTimestamp: LATER });
    await untilRestart(at);
    at.cluster.put('SriovHost', hostLike({ created: NOON }));
    await at.until(() => at.ready()?.status === 'True');
    expect([at.ready()?.reason, at.world.maintenanceMode]).toEqual(['Succeeded', false]);
  });
});

describe('a BMC of two hosts', () => {
  const neighbour = hostLike({ address: 'esx-00.example.com', bmc: OWN_BMC });

  it('is not used: no power cycle begins, nothing is staged, and it goes on once the other is corrected', async () => {
    const at = disturbedStage(SPEC);
    at.cluster.put('SriovHost', neighbour);
    for (let looks = 0; looks < 10; looks += 1) await at.step();
    expect(at.ready()).toMatchObject({ reason: 'BmcDeclaredTwice', message: expect.stringContaining('lab/esx-00 (esx-00.example.com)') });
    expect(untouched(at)).toEqual([0, 0, false]);
    expect(at.calls.filter((name) => ['system', 'powerOn', 'forceOff'].includes(name))).toEqual([]);
    at.cluster.put('SriovHost', hostLike({ address: 'esx-00.example.com', bmc: 'https://bmc-00.example.com/redfish/v1/Systems/1' }));
    await at.until(() => at.ready()?.status === 'True', 30);
    expect(at.ready()?.reason).toBe('Succeeded');
  });

  it('still powers on the host that is shut down for its power cycle', async () => {
    const at = disturbedStage(SPEC);
    await untilRestart(at);
    at.cluster.put('SriovHost', neighbour);
    await at.until(() => at.ready()?.status === 'True');
    expect([at.ready()?.reason, at.world.powerState]).toEqual(['Succeeded', 'on']);
  });

  it('is no obstacle to a host that needs none', async () => {
    const at = disturbedStage(WITHOUT_BMC as SriovHostSpec);
    at.cluster.put('SriovHost', neighbour);
    await at.until(() => at.ready()?.status === 'True');
    expect(at.ready()?.reason).toBe('Succeeded');
  });
});

describe('a BMC whose machine is off while the host answers', () => {
  it('is that of another machine: no power cycle begins and nothing is staged, until it says otherwise', async () => {
    const at = disturbedStage(SPEC);
    at.on('bmc', 'system', async (go) => ({ ...((await go()) as object), powerState: 'Off' }));
    for (let looks = 0; looks < 10; looks += 1) await at.step();
    expect(at.ready()).toMatchObject({ reason: 'BmcAddressInvalid', message: expect.stringContaining('its power is Off') });
    expect(untouched(at)).toEqual([0, 0, false]);
    expect(at.calls).not.toContain('powerOn');
    at.on('bmc', 'system', (go) => go());
    await at.until(() => at.ready()?.status === 'True', 30);
    expect(at.ready()?.reason).toBe('Succeeded');
  });
});
