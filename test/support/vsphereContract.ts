/**
 * What every implementation of the vSphere API must do with operator/vsphere: the same cases against vcsim, against the simulated
 * fleet, and, where there is one, against a real server.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AddSriovCard, Vm, VmReconfigure, VSphere, VsphereConnector, VsphereTarget } from '../../operator/ports/vsphere.ts';
import { createVsphereConnector } from '../../operator/vsphere/connector.ts';

export interface VsphereContractTarget {
  /** `host:port`. */
  readonly server: string;
  readonly username: string;
  readonly password: string;
  /** The server's certificate or its CA. */
  readonly certificatePem: string;
  readonly certificateFingerprint: string;
  readonly apiType: 'VirtualCenter' | 'HostAgent';
  readonly hostName: string;
  /** On that host, powered on, VMware Tools running, without SR-IOV card and snapshot. */
  readonly vm: { readonly name: string; readonly inventoryPath: string };
  readonly standardPortGroup: string;
  /** Undefined on a standalone host. */
  readonly distributedPortGroup: string | undefined;
  /** Address of an active SR-IOV physical function of the host with at least two free virtual functions. */
  readonly physicalFunction: string;
  /** Makes the server forget every session, as its idle limit does. */
  expireSessions(): Promise<void>;
  stop(): Promise<void>;
}

const NEVER = new AbortController().signal;
const NO_CHANGE = { addSriovCards: [], removeDeviceKeys: [], lockMemory: undefined, memoryReservationMB: undefined } as const;
const MAC = '00:50:56:3f:00:01';
const CASE_TIMEOUT_MS = 30_000;

/** Registers the suite. `startTarget` is called once for it; the target is stopped at the end. */
export function vsphereContract(name: string, startTarget: () => Promise<VsphereContractTarget>): void {
  describe(`vSphere contract: ${name}`, () => {
    let target: VsphereContractTarget;
    let connector: VsphereConnector;
    let vsphere: VSphere;
    let vmRef: string;
    let hostRef: string;

    beforeAll(async () => {
      target = await startTarget();
      connector = createVsphereConnector({ requestTimeoutMs: 10_000, taskTimeoutMs: 20_000 });
      vsphere = connector.open(targetOf(target));
      const [found] = await vsphere.findVms({ name: target.vm.name }, NEVER);
      vmRef = found?.moRef ?? '';
      hostRef = found?.hostMoRef ?? '';
    }, 120_000);

    afterAll(async () => {
      await connector?.close();
      await target?.stop();
    });

    const readVm = () => vsphere.vm(vmRef, NEVER);
    const change = async (wanted: Partial<VmReconfigure>) => {
      const { changeVersion } = await readVm();
      await vsphere.reconfigure(vmRef, { ...NO_CHANGE, changeVersion, ...wanted }, NEVER);
    };
    const card = async (options: Partial<AddSriovCard> & { portGroup?: string } = {}): Promise<AddSriovCard> => {
      const { portGroup = target.standardPortGroup, ...rest } = options;
      const networks = await vsphere.networksOfHost(hostRef, NEVER);
      const network = networks.find((candidate) => candidate.name === portGroup)?.backing;
      const [host] = (await vsphere.hosts(NEVER)).filter(({ moRef }) => moRef === hostRef);
      const physicalFunction = host?.physicalFunctions.find(({ id }) => id === target.physicalFunction);
      if (network === undefined || physicalFunction === undefined) {
        throw new Error(`the target has no port group ${portGroup} or no physical function ${target.physicalFunction}`);
      }
      const systemId = await vsphere.systemId(vmRef, hostRef, NEVER);
      return { physicalFunction, systemId, network, macAddress: MAC, allowGuestMtuChange: undefined, ...rest };
    };
    const removeCards = async () => {
      const { sriovCards } = await readVm();
      await change({ removeDeviceKeys: sriovCards.map(({ key }) => key) });
    };

    describe('inventory', () => {
      it('says whether it is a vCenter or a host', async () => {
        expect(await vsphere.apiType(NEVER)).toBe(target.apiType);
      });

      it('lists the host with its addresses, state and physical functions', async () => {
        const host = (await vsphere.hosts(NEVER)).find(({ name: hostName }) => hostName === target.hostName);
        expect(host).toMatchObject({ moRef: hostRef, connectionState: 'connected', inMaintenanceMode: false });
        expect(host?.ipAddresses.length).toBeGreaterThan(0);
        const physicalFunction = host?.physicalFunctions.find(({ id }) => id === target.physicalFunction);
        expect(physicalFunction).toMatchObject({ vendorId: 0x15b3, sriov: { enabled: true, active: true } });
        expect(physicalFunction?.deviceIdHex).toMatch(/^[0-9a-f]{1,4}$/);
        expect(physicalFunction?.sriov?.present).toBeGreaterThanOrEqual(2);
      });

      it('lists the port groups of the host, without uplinks', async () => {
        const networks = await vsphere.networksOfHost(hostRef, NEVER);
        const byName = new Map(networks.map((network) => [network.name, network.backing]));
        expect(byName.get(target.standardPortGroup)).toMatchObject({ kind: 'Standard', portGroup: target.standardPortGroup });
        if (target.distributedPortGroup !== undefined) {
          expect(byName.get(target.distributedPortGroup)).toMatchObject({ kind: 'Distributed', portgroupKey: expect.any(String) });
        }
        expect([...byName.keys()].filter((networkName) => /uplink/i.test(networkName))).toEqual([]);
      });

      it('gives the same VM by name, path, path without slash, instance UUID and reference', async () => {
        const { instanceUuid } = await readVm();
        const { name: vmName, inventoryPath } = target.vm;
        const queries = [
          { name: vmName },
          { inventoryPath },
          { inventoryPath: inventoryPath.slice(1) },
          { instanceUuid },
          { moRef: vmRef },
        ];
        for (const query of queries) {
          expect(await vsphere.findVms(query, NEVER)).toEqual([
            { moRef: vmRef, name: vmName, inventoryPath, instanceUuid, hostMoRef: hostRef },
          ]);
        }
      });

      it.each([
        { query: { name: 'no-such-vm' } },
        { query: { inventoryPath: '/no/such/vm' } },
        { query: { instanceUuid: '00000000-0000-4000-8000-000000000000' } },
        { query: { moRef: 'vm-987654321' } },
      ])('finds nothing for $query', async ({ query }) => {
        expect(await vsphere.findVms(query, NEVER)).toEqual([]);
      });

      it('does not take a folder for a VM', async () => {
        const folder = target.vm.inventoryPath.replace(/\/[^/]+$/, '');
        expect(await vsphere.findVms({ inventoryPath: folder }, NEVER)).toEqual([]);
      });

      it('reads the VM, alone and among those of its host', async () => {
        const vm = await readVm();
        expect(vm).toMatchObject({
          moRef: vmRef,
          name: target.vm.name,
          hostMoRef: hostRef,
          powerState: 'poweredOn',
          connectionState: 'connected',
          template: false,
          hasSnapshot: false,
          question: undefined,
          sriovCards: [],
        });
        expect(vm.hardwareVersion).toMatch(/^vmx-\d+$/);
        expect(vm.changeVersion).not.toBe('');
        expect(vm.memoryMB).toBeGreaterThan(0);
        expect((await vsphere.vmsOfHost(hostRef, NEVER)).find(({ moRef }) => moRef === vmRef)).toEqual(vm);
      });

      it('says that a VM does not exist', async () => {
        await expect(vsphere.vm('vm-987654321', NEVER)).rejects.toMatchObject({ code: 'VsphereObjectNotFound' });
      });

      it('gives the system id of the host for passthrough backings', async () => {
        expect(await vsphere.systemId(vmRef, hostRef, NEVER)).not.toBe('');
      });
    });

    describe('power', () => {
      it(
        'switches off and on, and takes a VM that is already there as success',
        async () => {
          for (const state of ['poweredOff', 'poweredOn'] as const) {
            const switchIt = state === 'poweredOff' ? vsphere.powerOff : vsphere.powerOn;
            await switchIt.call(vsphere, vmRef, NEVER);
            await switchIt.call(vsphere, vmRef, NEVER);
            await vsphere.waitForPowerState(vmRef, state, 5_000, NEVER);
            expect((await readVm()).powerState).toBe(state);
          }
        },
        CASE_TIMEOUT_MS,
      );

      it(
        'shuts the guest down and waits for it',
        async () => {
          await vsphere.shutdownGuest(vmRef, NEVER);
          await vsphere.waitForPowerState(vmRef, 'poweredOff', 20_000, NEVER);
          await vsphere.shutdownGuest(vmRef, NEVER);
          await vsphere.powerOn(vmRef, NEVER);
        },
        CASE_TIMEOUT_MS,
      );

      it('gives up waiting for a power state after the time given', async () => {
        await expect(vsphere.waitForPowerState(vmRef, 'suspended', 900, NEVER)).rejects.toMatchObject({ code: 'CommandTimedOut' });
      });

      it('stops waiting at once when it is aborted', async () => {
        const controller = new AbortController();
        const waiting = vsphere.waitForPowerState(vmRef, 'suspended', 20_000, controller.signal);
        setImmediate(() => controller.abort());
        const start = performance.now();
        await expect(waiting).rejects.toMatchObject({ code: 'Aborted' });
        expect(performance.now() - start).toBeLessThan(3_000);
      });
    });

    describe('reconfigure', () => {
      let before: Vm;

      beforeAll(async () => {
        await vsphere.powerOff(vmRef, NEVER);
        before = await readVm();
      });

      afterAll(async () => {
        await vsphere.powerOn(vmRef, NEVER);
      });

      it('adds a card with a static MAC on a standard port group and locks all memory, in one change', async () => {
        await change({ addSriovCards: [await card({ allowGuestMtuChange: false })], lockMemory: true });
        const vm = await readVm();
        expect(vm).toMatchObject({ memoryLockedToMax: true, memoryReservationMB: before.memoryMB });
        expect(vm.sriovCards).toEqual([
          expect.objectContaining({
            macAddress: MAC,
            addressType: 'manual',
            physicalFunction: target.physicalFunction,
            automaticPhysicalFunction: false,
            network: expect.objectContaining({ kind: 'Standard', portGroup: target.standardPortGroup }),
            allowGuestMtuChange: false,
          }),
        ]);
        expect(vm.changeVersion).not.toBe(before.changeVersion);
      });

      it('refuses to unlock the memory while the card is there', async () => {
        await expect(change({ lockMemory: false })).rejects.toMatchObject({ code: 'VsphereFault' });
        expect((await readVm()).memoryLockedToMax).toBe(true);
      });

      it('removes exactly the card of a key and restores the memory', async () => {
        const [first] = (await readVm()).sriovCards;
        await change({ addSriovCards: [await card({ macAddress: '00:50:56:3f:00:02' })] });
        await change({ removeDeviceKeys: [first?.key ?? 0] });
        expect((await readVm()).sriovCards.map(({ macAddress }) => macAddress)).toEqual(['00:50:56:3f:00:02']);
        await removeCards();
        await change({ lockMemory: false, memoryReservationMB: before.memoryReservationMB });
        const { memoryReservationMB, memoryLockedToMax } = before;
        expect(await readVm()).toMatchObject({ sriovCards: [], memoryReservationMB, memoryLockedToMax });
      });

      it('takes the removal of a card that is gone as success', async () => {
        await change({ removeDeviceKeys: [987_654] });
        expect((await readVm()).sriovCards).toEqual([]);
      });

      it('lets the server choose the MAC address', async () => {
        await change({ addSriovCards: [await card({ macAddress: undefined })] });
        const [added] = (await readVm()).sriovCards;
        expect(added?.addressType).toBe(target.apiType === 'HostAgent' ? 'generated' : 'assigned');
        expect(added?.macAddress).toMatch(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
        await removeCards();
      });

      it('attaches to a distributed port group where there is one', async () => {
        const { distributedPortGroup } = target;
        const networks = await vsphere.networksOfHost(hostRef, NEVER);
        const distributed = networks.filter(({ backing }) => backing.kind === 'Distributed');
        expect(distributed.map((network) => network.name)).toEqual(
          distributedPortGroup === undefined ? [] : expect.arrayContaining([distributedPortGroup]),
        );
        for (const network of distributed.filter((candidate) => candidate.name === distributedPortGroup)) {
          await change({ addSriovCards: [await card({ network: network.backing })] });
          expect((await readVm()).sriovCards[0]?.network).toEqual(network.backing);
          await removeCards();
        }
      });

      it('refuses a change that rests on an old reading, and does nothing', async () => {
        const { changeVersion } = await readVm();
        await change({ lockMemory: false, memoryReservationMB: 0 });
        const stale = { ...NO_CHANGE, changeVersion, addSriovCards: [await card()] };
        await expect(vsphere.reconfigure(vmRef, stale, NEVER)).rejects.toMatchObject({ code: 'VsphereConcurrentChange' });
        expect((await readVm()).sriovCards).toEqual([]);
      });

      it.each([
        { why: 'standard', network: { kind: 'Standard', portGroup: 'no-such-network', networkMoRef: undefined } },
        { why: 'distributed', network: { kind: 'Distributed', portgroupKey: 'dvportgroup-987654', switchUuid: '00' } },
      ] as const)('refuses an unknown $why port group and names those that exist', async ({ network }) => {
        await expect(change({ addSriovCards: [await card({ network })] })).rejects.toMatchObject({
          code: 'VsphereObjectNotFound',
          message: expect.stringContaining(target.standardPortGroup),
        });
        expect((await readVm()).sriovCards).toEqual([]);
      });
    });

    describe('session', () => {
      it('logs in anew when the server has forgotten the session, for a read and for a change', async () => {
        await target.expireSessions();
        expect((await readVm()).moRef).toBe(vmRef);
        await target.expireSessions();
        await vsphere.powerOff(vmRef, NEVER);
        await target.expireSessions();
        await vsphere.powerOn(vmRef, NEVER);
        expect((await readVm()).powerState).toBe('poweredOn');
      });

      it('serves many callers at once', async () => {
        const vms = await Promise.all(Array.from({ length: 20 }, readVm));
        expect(new Set(vms.map(({ moRef }) => moRef))).toEqual(new Set([vmRef]));
      });

      it.each([
        { why: 'the CA is given', tls: () => ({ caBundle: target.certificatePem, certificateFingerprint: undefined }), code: undefined },
        {
          why: 'the certificate is pinned',
          tls: () => ({ caBundle: undefined, certificateFingerprint: target.certificateFingerprint }),
          code: undefined,
        },
        {
          why: 'another certificate is pinned',
          tls: () => ({ caBundle: undefined, certificateFingerprint: 'ab'.repeat(32) }),
          code: 'VsphereCertificateUntrusted',
        },
        {
          why: 'another certificate is pinned although the CA would do',
          tls: () => ({ caBundle: target.certificatePem, certificateFingerprint: 'ab'.repeat(32) }),
          code: 'VsphereCertificateUntrusted',
        },
        {
          why: 'nothing is given and no public CA has signed it',
          tls: () => ({ caBundle: undefined, certificateFingerprint: undefined }),
          code: 'VsphereCertificateUntrusted',
        },
      ])('trusts the server only if $why: $code', async ({ tls, code }) => {
        const own = createVsphereConnector();
        try {
          const connecting = own.open({ ...targetOf(target), tls: tls() }).apiType(NEVER);
          await (code === undefined
            ? expect(connecting).resolves.toBe(target.apiType)
            : expect(connecting).rejects.toMatchObject({ code }));
        } finally {
          await own.close();
        }
      });

      it('says that the credentials are wrong without repeating them', async () => {
        const own = createVsphereConnector();
        try {
          const wrong = own.open({ ...targetOf(target), password: 'wrong-canary' }).apiType(NEVER);
          await expect(wrong).rejects.toMatchObject({
            code: 'VsphereCredentialsRejected',
            message: expect.not.stringContaining('canary'),
          });
        } finally {
          await own.close();
        }
      });
    });
  });
}

function targetOf(target: VsphereContractTarget): VsphereTarget {
  const { server, username, password, certificatePem } = target;
  return { server, username, password, tls: { caBundle: certificatePem, certificateFingerprint: undefined } };
}
