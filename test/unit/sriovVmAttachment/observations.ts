/** A look that shows everything in order, to be changed fact by fact. */
import type { SriovVmAttachment, SriovVmAttachmentSpec } from '../../../operator/api/types.ts';
import { known } from '../../../operator/controllers/fact.ts';
import type { AttachmentMemory } from '../../../operator/controllers/sriovVmAttachment/memory.ts';
import type { Observation } from '../../../operator/controllers/sriovVmAttachment/observation.ts';
import { plan } from '../../../operator/controllers/sriovVmAttachment/plan.ts';
import type { RuleInput } from '../../../operator/controllers/sriovVmAttachment/rules/rule.ts';
import type { SriovCard, Vm } from '../../../operator/ports/vsphere.ts';
import { fakeCard, fakePhysicalFunction, standardNetwork } from '../../support/fakes/vsphere.ts';
import { attachmentObject, hostObject, MAC, PF, START } from './scene.ts';

export function ourCard(more: Partial<SriovCard> = {}): SriovCard {
  return fakeCard(4000, { macAddress: MAC, physicalFunction: PF, network: standardNetwork('fabric').backing, ...more });
}

export function aVm(more: Partial<Vm> = {}): Vm {
  return {
    moRef: 'vm-1',
    name: 'db-01',
    instanceUuid: 'uuid-vm-1',
    hostMoRef: 'host-1',
    powerState: 'poweredOff',
    connectionState: 'connected',
    template: false,
    changeVersion: '1',
    hardwareVersion: 'vmx-19',
    memoryMB: 4096,
    memoryReservationMB: 0,
    memoryLockedToMax: false,
    toolsRunning: true,
    hasSnapshot: false,
    question: undefined,
    sriovCards: [],
    passthroughDevices: 0,
    ...more,
  };
}

export function anObservation(vm: Vm, card: SriovCard | undefined, more: Partial<Observation> = {}): Observation {
  const physicalFunction = fakePhysicalFunction(PF, 8);
  const host = {
    moRef: 'host-1',
    name: 'esx-01.example.com',
    ipAddresses: [],
    connectionState: 'connected',
    inMaintenanceMode: false,
    physicalFunctions: [physicalFunction],
  };
  return {
    host: known(hostObject()),
    port: known({ pciAddress: PF, macAddress: undefined }),
    vsphereHost: known(host),
    physicalFunction: known(physicalFunction),
    vm: known(card === undefined ? vm : { ...vm, sriovCards: [...vm.sriovCards, card] }),
    card: known(card),
    network: known(standardNetwork('fabric')),
    accounting: known({ present: 8, inUse: 0, holders: [], macAddressUsedBy: undefined }),
    originalMemory: undefined,
    pendingSiblings: [],
    failure: undefined,
    ...more,
  };
}

export interface Situation {
  readonly vm?: Partial<Vm>;
  readonly card?: SriovCard;
  readonly seen?: Partial<Observation>;
  readonly memory?: Partial<AttachmentMemory>;
  readonly spec?: Parameters<typeof attachmentObject>[1];
  readonly metadata?: Partial<SriovVmAttachment['metadata']>;
  readonly retry?: boolean;
  /** Seconds since the start. */
  readonly at?: number;
}

export function aRuleInput({ vm, card, seen, memory, spec, metadata, retry = false, at = 0 }: Situation = {}): RuleInput {
  return {
    attachment: attachmentObject('a', spec, { finalizers: ['sriov.esxi.io/detach'], ...metadata }),
    memory: { journal: [], ...memory },
    observation: anObservation(aVm(vm), card, seen),
    now: new Date(START + at * 1000),
    retry,
  };
}

/** A row of the tables of plans. */
export interface Row extends Situation {
  readonly why: string;
  /** `kind/because` of each step. */
  readonly steps: readonly string[];
  readonly blocked?: string;
}

/** The plan for a situation, in the form of the tables. */
export function shown(situation: Situation): { readonly steps: readonly string[]; readonly blocked: string | undefined } {
  const { steps, blocked } = plan(aRuleInput(situation));
  return { steps: steps.map(({ kind, because }) => `${kind}/${because}`), blocked: blocked?.reason };
}

/** With 60 s for the guest. */
export function policy(powerOff: SriovVmAttachmentSpec['powerPolicy']['powerOff']): NonNullable<Situation['spec']> {
  return { powerPolicy: { powerOff, timeoutSeconds: 60 } };
}
