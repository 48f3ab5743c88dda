/**
 * Whatever happens between any two requests of the operator: nobody's VM loses its power without permission or more often than the changes are
 * worth, a deleted object goes, and a VM is left as it was found.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SriovVmAttachmentSpec } from '../../../operator/api/types.ts';
import type { FakeVm } from '../../support/fakes/vsphere.ts';
import { calm, EVENTS, edit, FOREIGN, type Interruption, interrupt } from './behindTheBack.ts';
import { Scene } from './scene.ts';

const RUNS = Math.min(1_000, Number(process.env['PROPERTY_RUNS'] ?? 300));

interface Story {
  readonly running: boolean;
  readonly powerOff: SriovVmAttachmentSpec['powerPolicy']['powerOff'];
  readonly attachments: number;
  readonly attaching: readonly Interruption[];
  readonly detaching: readonly Interruption[];
}

const interruptions = fc.array(fc.record({ at: fc.integer({ min: 1, max: 24 }), event: fc.constantFrom(...Object.keys(EVENTS)) }), {
  maxLength: 3,
});

const stories = fc.record<Story>({
  running: fc.boolean(),
  powerOff: fc.constantFrom('Never', 'PowerOff', 'GuestShutdown', 'GuestShutdownThenPowerOff'),
  attachments: fc.integer({ min: 1, max: 3 }),
  attaching: interruptions,
  detaching: interruptions,
});

function powerOffs(scene: Scene): number {
  return scene.vsphere.writes.filter((write) => /^(powerOff|shutdownGuest) /.test(write)).length;
}

/** The operator has the VM off, or is about to. */
function isOwed(scene: Scene): boolean {
  const states = scene.cluster.attachments.list().map(({ status }) => status);
  return states.some((status) => status?.power?.poweredOffByUs === true || status?.change?.powerOn === true);
}

class Play {
  readonly scene: Scene;
  readonly #story: Story;
  /** As people left it last; undefined where they cannot expect anything. */
  #powerState: string | undefined;

  constructor(story: Story) {
    this.#story = story;
    const powerState = story.running ? 'poweredOn' : 'poweredOff';
    this.#powerState = powerState;
    this.scene = new Scene({ vm: { powerState, memoryReservationMB: 512 } });
  }

  attach(): void {
    for (let index = 1; index <= this.#story.attachments; index += 1) {
      const macAddress = `00:50:56:3f:00:0${index}`;
      this.scene.attach(`a${index}`, { macAddress, powerPolicy: { powerOff: this.#story.powerOff } });
    }
  }

  detach(): void {
    for (const { metadata } of this.scene.cluster.attachments.list()) this.scene.delete(metadata.name);
  }

  async settle(events: readonly Interruption[]): Promise<void> {
    const end = interrupt(this.scene, events, (event, happen) => this.#follow(event, happen));
    await this.scene.settle();
    end();
    calm(this.scene);
    await this.scene.settle(60);
    expect(this.scene.vm().powerState).toBe(this.#powerState ?? this.scene.vm().powerState);
    this.#powerState = this.scene.vm().powerState;
  }

  #follow(event: string, happen: () => void): void {
    const before = this.scene.vm().powerState;
    // At the very moment of our power-off nobody can tell whose it was.
    if (event === 'powerOff' && before === 'poweredOn') this.#powerState = isOwed(this.scene) ? undefined : 'poweredOff';
    happen();
    if (event === 'powerOn' && before === 'poweredOff' && this.scene.vm().powerState === 'poweredOn') this.#powerState = 'poweredOn';
  }
}

/** Only cards that others added, and the memory as they need it or as it was. */
function expectAsFound({ sriovCards, memoryLockedToMax, memoryReservationMB }: FakeVm): void {
  const foreign = sriovCards.some(({ key }) => key === FOREIGN.key);
  expect({ cards: sriovCards.map(({ key }) => key), memoryLockedToMax, memoryReservationMB }).toEqual(
    foreign
      ? { cards: [FOREIGN.key], memoryLockedToMax: true, memoryReservationMB: 4096 }
      : { cards: [], memoryLockedToMax: false, memoryReservationMB: 512 },
  );
}

async function play(story: Story): Promise<void> {
  const acted = new Play(story);
  const { scene } = acted;
  acted.attach();
  await acted.settle(story.attaching);
  acted.detach();
  await acted.settle(story.detaching);
  if (story.powerOff === 'Never') {
    expect(powerOffs(scene)).toBe(0);
    edit(scene, (vm) => scene.vsphere.stop(vm));
    await scene.settle();
  }
  expect(scene.cluster.attachments.list()).toEqual([]);
  expectAsFound(scene.vm());
  expect(scene.vsphere.writes.filter((write) => write.endsWith(' vm-9'))).toEqual([]);
  // One for all that come, one for all that go, and one more at most for each time that somebody got in between.
  expect(powerOffs(scene)).toBeLessThanOrEqual(2 + story.attaching.length + story.detaching.length);
}

describe('whatever happens in between', () => {
  it('nothing is disturbed without permission, and everything is left as it was found', async () => {
    await fc.assert(fc.asyncProperty(stories, play), { numRuns: RUNS });
  });
});
