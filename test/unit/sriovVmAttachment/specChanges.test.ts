/**
 * People change what they declare, before a card is in and after, between any two requests of the operator, and the operator restarts: in the end
 * the VM has the cards that are declared and no others, and when all of it is deleted the VM is as it was found.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SriovVmAttachment } from '../../../operator/api/types.ts';
import { OTHER_PF, PF, Scene } from './scene.ts';

const RUNS = Math.min(2_000, Number(process.env['PROPERTY_RUNS'] ?? 300));

interface Wish {
  readonly port: number;
  readonly portGroup: string;
  readonly staticMac: boolean;
}

interface Happening {
  /** Number of the write of the operator after which it happens. */
  readonly at: number;
  readonly what: 'change' | 'restart' | 'delete' | 'create';
  readonly who: number;
  readonly wish: Wish;
}

const wish = fc.record<Wish>({ port: fc.constantFrom(1, 2), portGroup: fc.constantFrom('fabric', 'other'), staticMac: fc.boolean() });
const story = fc.record({
  running: fc.boolean(),
  powerOn: fc.boolean(),
  wishes: fc.array(wish, { minLength: 1, maxLength: 3 }),
  happenings: fc.array(
    fc.record<Happening>({
      at: fc.integer({ min: 1, max: 60 }),
      what: fc.constantFrom('change', 'change', 'restart', 'delete', 'create'),
      who: fc.nat(2),
      wish,
    }),
    { maxLength: 6 },
  ),
});

const nameOf = (index: number): string => `a${index}`;
const macOf = (index: number): string => `00:50:56:3f:00:0${index + 1}`;

function specOf(index: number, { port, portGroup, staticMac }: Wish) {
  const macAddress = staticMac ? { macAddress: macOf(index) } : { macAddress: undefined };
  return { function: { kind: 'Virtual' as const, adapter: 'fabric0', port }, network: { portGroup }, ...macAddress };
}

function happen(scene: Scene, { what, who, wish: wanted }: Happening, powerOn: boolean): void {
  const there = scene.find(nameOf(who));
  const leaving = there?.metadata.deletionTimestamp !== undefined;
  if (what === 'restart') scene.restart();
  if (what === 'change' && there !== undefined && !leaving) scene.change(nameOf(who), specOf(who, wanted));
  if (what === 'delete' && there !== undefined && !leaving) scene.delete(nameOf(who));
  if (what === 'create' && there === undefined)
    scene.attach(nameOf(who), { ...specOf(who, wanted), powerPolicy: { powerOff: 'PowerOff', powerOn } });
}

/** What each of them declares, and what it got; the two must be the same. */
function declared({ metadata, spec }: SriovVmAttachment) {
  return {
    name: metadata.name,
    physicalFunction: spec.function.port === 1 ? PF : OTHER_PF,
    network: spec.network?.portGroup,
    macAddress: spec.macAddress ?? 'any',
  };
}

function found(scene: Scene, { metadata, spec, status }: SriovVmAttachment) {
  const card = scene.vm().sriovCards.find(({ key }) => key === status?.device?.key);
  const network = card?.network;
  return {
    name: metadata.name,
    physicalFunction: card?.physicalFunction,
    network: network?.kind === 'Standard' ? network.portGroup : undefined,
    macAddress: spec.macAddress === undefined && card !== undefined ? 'any' : card?.macAddress,
  };
}

describe('attachments whose specs are changed', () => {
  it(`end as declared last, and leave nothing behind (${RUNS} stories)`, async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ running, powerOn, wishes, happenings }) => {
        const scene = new Scene({ vm: { powerState: running ? 'poweredOn' : 'poweredOff', memoryReservationMB: 512 } });
        for (const [index, one] of wishes.entries())
          scene.attach(nameOf(index), { ...specOf(index, one), powerPolicy: { powerOff: 'PowerOff', powerOn } });
        let writes = 0;
        const next = (): void => {
          writes += 1;
          for (const one of happenings.filter(({ at }) => at === writes)) happen(scene, one, powerOn);
        };
        scene.vsphere.beforeWrite = next;
        scene.cluster.afterWrite = next;
        await scene.settle(80);
        // What did not come to pass yet does now.
        for (const one of happenings.filter(({ at }) => at > writes)) happen(scene, one, powerOn);
        scene.vsphere.beforeWrite = () => undefined;
        scene.cluster.afterWrite = () => undefined;
        await scene.settle(120);
        const all = scene.cluster.attachments.list();
        expect(all.map(({ metadata }) => `${metadata.name} ${scene.verdict('Ready', metadata.name)}`)).toEqual(
          all.map(({ metadata }) => `${metadata.name} Ready=True Succeeded`),
        );
        expect(all.map((object) => found(scene, object))).toEqual(all.map(declared));
        expect(scene.vm().sriovCards).toHaveLength(all.length);
        const macs = scene.vm().sriovCards.map(({ macAddress }) => macAddress);
        expect(new Set(macs).size).toBe(macs.length);
        expect(scene.vm().powerState).toBe(running || (powerOn && wasChanged(scene)) ? 'poweredOn' : 'poweredOff');
        const quiet = scene.vsphere.writes.length;
        await scene.settle(20);
        expect(scene.vsphere.writes.length).toBe(quiet);
        for (const { metadata } of all) scene.delete(metadata.name);
        await scene.settle(120);
        expect(scene.cluster.attachments.list()).toEqual([]);
        const { sriovCards, memoryReservationMB, memoryLockedToMax } = scene.vm();
        expect({ sriovCards, memoryReservationMB, memoryLockedToMax }).toEqual({
          sriovCards: [],
          memoryReservationMB: 512,
          memoryLockedToMax: false,
        });
      }),
      { numRuns: RUNS },
    );
  }, 300_000);
});

function wasChanged(scene: Scene): boolean {
  return scene.vsphere.writes.some((write) => write.startsWith('powerOn '));
}
