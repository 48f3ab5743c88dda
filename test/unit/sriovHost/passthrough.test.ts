/** Physical functions that attachments ask for as a whole, on simulated hosts: what is staged, and what is refused. */
import { describe, expect, it } from '@jest/globals';
import { findCondition } from '../../../operator/api/conditions.ts';
import type { SriovHostSpec } from '../../../operator/api/types.ts';
import { connectX6Vpi, connectX6VpiSinglePort } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import type { HostWorldOptions } from '../../simulator/world/hostOptions.ts';
import type { HostWorld } from '../../simulator/world/hostWorld.ts';
import { adapterSpec, hostSpec, MFT_SOFTWARE } from '../../support/world/hostSpec.ts';
import { type Asked, ask } from '../../support/world/physicalFunction.ts';
import { PF, PF2, ports, site, spec, verdict, vfsAt } from './passthroughSite.ts';

describe('a physical function that an attachment asks for', () => {
  it('is passed through with one restart, and the other port keeps its virtual functions', async () => {
    const { world, cluster, run } = site();
    ask(cluster);
    const done = await run(spec());
    expect({ ready: verdict(done), restarts: world.counters.restarts.length }).toEqual({ ready: 'True Succeeded', restarts: 1 });
    expect([world.passthrough.active(PF), vfsAt(world, PF), vfsAt(world, PF2)]).toEqual([true, 0, 4]);
    // The list is by position over the functions that the driver still has: the first entry is the second port's now.
    expect(world.modules.configured('nmlx5_core')).toBe('max_vfs=4');
    expect(done.host().status?.passthrough).toEqual([
      {
        adapter: 'a',
        port: 1,
        pciAddress: PF,
        macAddress: world.adapters[0]?.ports[0]?.macAddress,
        vmnic: 'vmnic2',
        enabledByUs: true,
        configured: true,
        active: true,
        seenActive: true,
        requestedBy: ['lab/sm'],
      },
    ]);
    expect(done.host().status?.drift).toBeUndefined();
  });

  it('names the attachment in the plan, which waits for an approval as any other', async () => {
    const { world, cluster, run } = site();
    ask(cluster);
    const approval = spec();
    const waits = await run({ ...approval, disruption: { ...approval.disruption, approval: 'Required' } });
    expect(verdict(waits)).toBe('False ApprovalRequired');
    const { plan } = waits.host().status ?? {};
    expect(plan?.steps.find(({ kind }) => kind === 'SetPassthrough')).toMatchObject({
      subject: 'a port 1',
      because: 'physical-function lab/sm',
      command: `esxcli hardware pci pcipassthru set -d ${PF} -e true`,
      disruption: 'None',
    });
    expect([plan?.restarts, world.counters.reconfigurations]).toEqual([1, 0]);
    const host = waits.host();
    cluster.put('SriovHost', { ...host, metadata: { ...host.metadata, annotations: { 'sriov.esxi.io/approve': plan?.hash ?? '' } } });
    expect(verdict(await run(host.spec))).toBe('True Succeeded');
    expect(world.counters.restarts).toHaveLength(1);
  });

  it('comes with the restarts that a bare host needs anyway', async () => {
    const { world, cluster, run } = site({ tools: 'bare', moduleOptions: '', adapters: [{ model: connectX6Vpi }] });
    ask(cluster);
    const infiniband = ports(0, 4).map((port) => ({ ...port, linkType: 'InfiniBand' as const }));
    const done = await run(hostSpec({ adapters: [adapterSpec('a', PF, infiniband)], software: MFT_SOFTWARE }));
    expect({ ready: verdict(done), restarts: world.counters.restarts.length }).toEqual({ ready: 'True Succeeded', restarts: 2 });
    expect([world.passthrough.active(PF), vfsAt(world, PF2)]).toEqual([true, 4]);
  });

  it.each([
    { why: 'with a BMC the power cycle activates firmware and passthrough together', bmc: true, restarts: 1 },
    { why: 'without one the firmware is seen in effect first, for it may be out of reach afterwards', bmc: false, restarts: 2 },
  ])('of a card that has no other port: $why', async ({ bmc, restarts }) => {
    const { world, cluster, run } = site({ adapters: [{ model: connectX6VpiSinglePort }], moduleOptions: '' });
    world.misbehave({ kind: 'passthroughHidesMst' });
    ask(cluster);
    const { bmc: declared, ...rest } = hostSpec({ adapters: [adapterSpec('a', PF, [{ number: 1, vfs: 0, linkType: 'Ethernet' }])] });
    const done = await run(bmc && declared !== undefined ? { ...rest, bmc: declared } : rest);
    expect({ ready: verdict(done), restarts: world.counters.restarts.length }).toEqual({ ready: 'True Succeeded', restarts });
    expect(world.adapters[0]?.config.current('LINK_TYPE_P1')).toBe(2);
    expect(findCondition(done.host().status?.conditions, 'FirmwareConfigured')).toMatchObject({
      status: 'Unknown',
      message: expect.stringContaining('is passed through'),
    });
    const writes = [cluster.writes, world.counters.reconfigurations];
    await run(rest, { most: 3 });
    expect([cluster.writes, world.counters.reconfigurations]).toEqual(writes);
  });

  it.each([
    { why: 'its MAC address', selector: (world: HostWorld) => ({ macAddress: world.adapters[0]?.ports[0]?.macAddress ?? '' }) },
    { why: 'the name of the uplink that it had', selector: () => ({ vmnic: 'vmnic2' }) },
  ])('still leads to its adapter by $why, also where MFT sees nothing of the card', async ({ selector }) => {
    const { world, cluster, run } = site({
      adapters: [{ model: connectX6VpiSinglePort, parameters: { LINK_TYPE_P1: 2 } }],
      moduleOptions: '',
    });
    world.misbehave({ kind: 'passthroughHidesMst' });
    ask(cluster);
    const declared = hostSpec({ adapters: [{ name: 'a', selector: selector(world), ports: [{ number: 1, vfs: 0 }] }] });
    expect(verdict(await run(declared))).toBe('True Succeeded');
    expect(verdict(await run(declared, { most: 3 }))).toBe('True Succeeded');
    expect(world.counters.restarts).toHaveLength(1);
  });
});

describe('a request that is not met leaves the host as it is', () => {
  const refused: readonly {
    readonly why: string;
    readonly asked?: Asked;
    readonly spec?: SriovHostSpec;
    readonly world?: Partial<HostWorldOptions>;
    readonly problem?: string;
  }[] = [
    {
      why: 'the port declares virtual functions',
      spec: spec(4, 4),
      world: { moduleOptions: 'max_vfs=4,4' },
      problem: 'PassthroughConflictsWithVfs',
    },
    { why: 'a virtual switch uses the uplink', world: { vswitches: { vSwitch1: ['vmnic2'] } }, problem: 'PassthroughUplinkInUse' },
    {
      why: 'ESXi 6.7 has no command for it',
      world: { profile: hostProfile({ esxi: '6.7', tools: 'withMft' }) },
      problem: 'PassthroughUnsupported',
    },
    { why: 'another namespace asks and the host gives functions to its own only', asked: { namespace: 'tenant' } },
    {
      why: 'another namespace asks that the host lets in for virtual functions only',
      asked: { namespace: 'tenant' },
      spec: spec(0, 4, { attachments: { from: 'All' } }),
    },
    {
      why: 'the host restricts VMs, and the attachment found none',
      spec: spec(0, 4, { attachments: { from: 'Same', vmPaths: ['/dc/vm/sm'] } }),
    },
    { why: 'the attachment is being deleted', asked: { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } } },
    { why: 'the attachment is on hold', asked: { metadata: { annotations: { 'sriov.esxi.io/hold': 'yes' } } } },
    { why: 'it asks for an adapter that nobody declared', asked: { adapter: 'b' } },
  ];
  it.each(refused)('$why', async ({ asked = {}, spec: declared = spec(), world: options = {}, problem }) => {
    const { world, cluster, run } = site(options);
    ask(cluster, asked);
    const done = await run(declared);
    expect({ ready: verdict(done), restarts: world.counters.restarts.length, writes: world.counters.reconfigurations }).toEqual({
      ready: 'True Succeeded',
      restarts: 0,
      writes: 0,
    });
    expect(done.host().status?.passthrough?.[0]?.problem?.reason).toBe(problem);
  });

  it.each([
    { why: 'AsFrom and All', attachments: { from: 'All', physicalFunctions: 'AsFrom' } },
    {
      why: 'AsFrom and a label',
      attachments: { from: 'Selector', namespaceSelector: { matchLabels: { team: 'fabric' } }, physicalFunctions: 'AsFrom' },
    },
  ] as const)('but another namespace with the owner’s consent is served: $why', async ({ attachments }) => {
    const { world, cluster, run } = site();
    cluster.namespaces.set('tenant', { team: 'fabric' });
    ask(cluster, { namespace: 'tenant' });
    expect(verdict(await run(spec(0, 4, { attachments })))).toBe('True Succeeded');
    expect(world.passthrough.active(PF)).toBe(true);
  });
});
