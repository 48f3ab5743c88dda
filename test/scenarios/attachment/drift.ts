/** What somebody else changes later is seen, and repaired as far as spec.powerPolicy allows. */
import type { Scenario, Stage } from '../scenario.ts';
import {
  cardsOf,
  editCard,
  nudge,
  OTHER_PF,
  PF,
  reach,
  ready,
  running,
  says,
  shutDown,
  spec,
  statusOf,
  vmOf,
  works,
  world,
} from './parts.ts';

const MOVED = '0000:5e:00.0';

function powered({ host: { world: simulated } }: Stage, state: 'on' | 'off'): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = (): void => {
    if (simulated.powerState === state) resolve();
  };
  const unsubscribe = simulated.onChange(look);
  look();
  return promise.finally(unsubscribe);
}

const basis = { kind: 'attachment', world, spec, vms: [running], attachments: { 'db-01': shutDown } } as const;

/** Attached by a shutdown; then something happens, and one further shutdown repairs it. */
function repaired(name: string, why: string, happens: (stage: Stage) => void): Scenario {
  return {
    ...basis,
    name,
    why,
    play: async (stage) => {
      await reach(stage, 'Succeeded');
      happens(stage);
      await nudge(stage);
      const { reconfigures } = vmOf(stage).counters;
      await stage.lab.observer.until(
        'SriovVmAttachment',
        `${stage.namespace}/db-01`,
        (object) => (object?.status?.journal ?? []).filter(({ action }) => action === 'PowerOnVm').length === 2,
        { what: `a second repair after ${reconfigures} changes` },
      );
    },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' }, vmPowerOffs: 2 },
    verify: (stage) => works(vmOf(stage)),
  };
}

/** Attached while the VM was off; then it runs, something happens, and nobody may power it off. */
function reported(name: string, why: string, row: { readonly reason: string; readonly happens: (stage: Stage) => void }): Scenario {
  return {
    ...basis,
    name,
    why,
    vms: [{ name: 'db-01' }],
    attachments: { 'db-01': { powerPolicy: { powerOn: true } } },
    play: async (stage) => {
      await reach(stage, 'Succeeded');
      row.happens(stage);
      await nudge(stage);
    },
    expect: { ...ready, attachments: { 'db-01': row.reason } },
    verify: (stage) => {
      if (vmOf(stage).powerState !== 'poweredOn') throw new Error('the VM does not run any more');
      if (vmOf(stage).counters.reconfigures !== 1) throw new Error('the VM was changed again');
    },
    remedy: async (stage) => await stage.applyAttachment('db-01', { powerPolicy: { ...shutDown.powerPolicy, powerOn: true } }),
  };
}

const removeCard = (stage: Stage): void => editCard(stage, vmOf(stage), () => undefined);
const otherFunction = (stage: Stage): void =>
  editCard(stage, vmOf(stage), (card) => ({ ...card, physicalFunction: { ...card.physicalFunction, id: OTHER_PF } }));
const unlock = (stage: Stage): void =>
  stage.lab.vsphere.inventory.editVm(vmOf(stage), (vm) => {
    vm.memoryLockedToMax = false;
    vm.memoryReservationMB = 0;
  });

export const DRIFT: readonly Scenario[] = [
  repaired('drift-card-removed', 'the card was taken out by hand: one shutdown puts it back', removeCard),
  repaired('drift-other-function', 'the card was put on another physical function', otherFunction),
  repaired('drift-automatic', 'the choice of the physical function was left to vSphere (Automatic-)', (stage) =>
    editCard(stage, vmOf(stage), (card) => ({
      ...card,
      automatic: true,
      physicalFunction: { ...card.physicalFunction, id: `Automatic-${card.physicalFunction.id}` },
    })),
  ),
  repaired('drift-lock-lost', 'the memory is not locked any more: the VM would not start again', unlock),
  reported('drift-card-removed-told', 'the card was taken out by hand, and the VM may not be powered off', {
    reason: 'CardDrifted',
    happens: removeCard,
  }),
  reported('drift-other-function-told', 'the card was put elsewhere, and the VM may not be powered off', {
    reason: 'CardDrifted',
    happens: otherFunction,
  }),
  reported('drift-lock-lost-told', 'the memory lock is lost, and the VM may not be powered off', {
    reason: 'MemoryNotReserved',
    happens: unlock,
  }),
  {
    ...basis,
    name: 'function-renumbered',
    why: 'PCI addresses move when a card is added: the function is found by its MAC address, and the card follows',
    spec: { adapters: [{ ...spec.adapters[0], selector: { vmnic: 'vmnic2' } }] },
    vms: [{ name: 'db-01' }],
    attachments: { 'db-01': {} },
    play: async (stage) => {
      const { host, lab } = stage;
      await reach(stage, 'Succeeded');
      host.world.shutDown();
      await powered(stage, 'off');
      host.world.adapters[0]?.moveTo(MOVED);
      host.world.powerOn();
      await powered(stage, 'on');
      // Made by hand, not by the operator.
      host.world.counters.restarts.length = 0;
      await stage.applyHost({}, { 'example.com/look': 'now' });
      await lab.observer.until(
        'SriovVmAttachment',
        `${stage.namespace}/db-01`,
        (object) => object?.status?.device?.physicalFunction === MOVED,
      );
    },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' } },
    verify: (stage) => {
      if (cardsOf(vmOf(stage))[0]?.physicalFunction.id === PF) throw new Error('the card is still on the old address');
      if (statusOf(stage).device?.physicalFunctionMacAddress === undefined)
        throw new Error('status does not tell the MAC address of the function');
      says(stage, /as declared/);
    },
  },
];
