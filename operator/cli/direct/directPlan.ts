/** Plans for a host straight from a workstation: the operator's own look and planner, no cluster, nothing written. */
import type { SriovHost, SriovVmAttachment } from '../../api/types.ts';
import type { Fact } from '../../controllers/fact.ts';
import { type HostMemory, readMemory } from '../../controllers/sriovHost/memory.ts';
import type { HostObservation } from '../../controllers/sriovHost/observation.ts';
import { bmcTarget, esxiTarget, type Secrets } from '../../controllers/sriovHost/observe/targets.ts';
import { lookAtVms, type VsphereDoor, vsphereDoor } from '../../controllers/sriovHost/observe/vms.ts';
import { attempt, observeHost } from '../../controllers/sriovHost/observe.ts';
import { type HostPlan, planHost } from '../../controllers/sriovHost/plan.ts';
import { caseOf, type HostCase } from '../../controllers/sriovHost/recordedCase.ts';
import { reportHost } from '../../controllers/sriovHost/status.ts';
import type { Bmc, BmcConnector } from '../../ports/bmc.ts';
import type { EsxiConnector } from '../../ports/esxiHost.ts';
import type { VsphereConnector } from '../../ports/vsphere.ts';
import { CliError } from '../exit.ts';
import { readOnlyBmc, readOnlyHost, readOnlyVsphere } from './readOnly.ts';

export interface DirectPorts {
  readonly secrets: Secrets;
  readonly esxi: EsxiConnector;
  readonly bmc: BmcConnector;
  readonly vsphere: VsphereConnector;
  /** Of the same files as the host: they say how their VMs may be powered off. */
  readonly attachments: readonly SriovVmAttachment[];
  readonly now: () => Date;
}

/** One of the doors that were tried. */
export interface Look {
  readonly at: 'host' | 'BMC' | 'vSphere';
  readonly address: string;
  readonly ok: boolean;
  /** What was seen, or why nothing was. */
  readonly detail: string;
}

export interface DirectPlan {
  /** With the status that the operator would give it on a first look. */
  readonly host: SriovHost;
  readonly looks: readonly Look[];
  /** What the plan rests on, to be planned from again. */
  readonly recorded: HostCase;
}

interface Seen {
  readonly host: SriovHost;
  readonly vsphere: () => Promise<Fact<VsphereDoor>>;
  readonly observation: HostObservation;
  readonly memory: HostMemory;
}

/** Throws when the host itself cannot be read; a BMC or vSphere server that cannot is one of the looks. */
export async function planDirectly(host: SriovHost, ports: DirectPorts, signal: AbortSignal): Promise<DirectPlan> {
  const { secrets, esxi, now } = ports;
  const shell = await attempt(async () => readOnlyHost(await esxi.open(await esxiTarget(secrets, host, undefined, signal), signal)));
  const bmc = host.spec.bmc === undefined ? undefined : await openBmc(host, ports, signal);
  const observed = await observeHost({ host: shell, bmc, now }, host.spec, signal);
  if (!observed.host.known) throw new CliError(`${host.metadata.name} cannot be read: ${observed.host.because.message}`);
  const vspherePorts = vsphereOf(ports);
  const first: Seen = {
    host,
    vsphere: vsphereDoor(vspherePorts, host, signal),
    observation: observed,
    memory: readMemory(host, false),
  };
  const plan = ({ observation, memory }: Seen): HostPlan => {
    const { spec, metadata } = host;
    return planHost({ spec, generation: metadata.generation, annotations: {}, observation, memory, now: now() });
  };
  const seen = await lookAtVms(vspherePorts, first, { plan, signal });
  const { observation, memory } = seen;
  const status = reportHost({ host, observation, plan: plan(seen), memory, failure: undefined, now: now() });
  const recorded = caseOf({ time: now().toISOString(), host, observation, memory });
  return { host: { ...host, status }, looks: await looksOf(seen, signal), recorded };
}

async function openBmc(host: SriovHost, { secrets, bmc }: DirectPorts, signal: AbortSignal): Promise<Fact<Bmc>> {
  return await attempt(async () => {
    const target = await bmcTarget(secrets, host, signal);
    if (target === undefined) throw new Error('spec.bmc is not set');
    return readOnlyBmc(bmc.open(target));
  });
}

function vsphereOf({ secrets, vsphere, attachments, now }: DirectPorts): Parameters<typeof vsphereDoor>[0] {
  return {
    cluster: { secret: secrets.secret, attachments: { list: () => attachments, get: () => undefined } },
    vsphere: { open: (target) => readOnlyVsphere(vsphere.open(target)), close: vsphere.close },
    now,
  };
}

async function looksOf({ host, observation, vsphere }: Seen, signal: AbortSignal): Promise<readonly Look[]> {
  const { spec } = host;
  const { host: basics, bmc } = observation;
  const looks: Look[] = [];
  if (basics.known) {
    const { product, version, build } = basics.value.version;
    looks.push({ at: 'host', address: `${spec.esxi.address}:${spec.esxi.sshPort}`, ok: true, detail: `${product} ${version} ${build}` });
  }
  if (spec.bmc !== undefined && bmc !== undefined) {
    looks.push({
      at: 'BMC',
      address: spec.bmc.systemUrl,
      ...outcome(bmc, ({ manufacturer, model, serialNumber, powerState }) =>
        [manufacturer, model, serialNumber, `power ${powerState}`].filter((fact) => fact !== '').join(' '),
      ),
    });
  }
  if (spec.vsphere !== undefined) {
    const door = await vsphere();
    const vms = door.known ? await attempt(() => door.value.vsphere.vmsOfHost(door.value.hostMoRef, signal)) : door;
    looks.push({
      at: 'vSphere',
      address: spec.vsphere.server,
      ...outcome(
        vms,
        (list) =>
          `the host is ${door.known ? door.value.hostMoRef : ''}; ${list.length} VMs, ${list.filter(({ powerState }) => powerState === 'poweredOn').length} of them running`,
      ),
    });
  }
  return looks;
}

function outcome<T>(fact: Fact<T>, tell: (value: T) => string): Pick<Look, 'ok' | 'detail'> {
  return fact.known ? { ok: true, detail: tell(fact.value) } : { ok: false, detail: `${fact.because.reason}: ${fact.because.message}` };
}
