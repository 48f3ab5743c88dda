/** Plays one scenario in a lab and measures it. Throws with what is different when the end is not the expected one. */
import { findCondition } from '../../operator/api/conditions.ts';
import type { SriovHostSpec } from '../../operator/api/types.ts';
import { hostStalls } from '../../operator/controllers/sriovHost/status/conditions.ts';
import type { SimHost } from '../simulator/fleet.ts';
import type { SimVm } from '../simulator/world/vm.ts';
import type { Lab } from '../support/lab/lab.ts';
import { attachmentManifest, credentialManifests, hostManifest, namespaceManifest, vcenterPart } from '../support/lab/manifests.ts';
import { type AskedPort, optimalRestarts } from '../support/world/optimum.ts';
import { PowerRecorder } from '../support/world/powerOffBound.ts';
import { ReasonRecorder } from './reasonRecorder.ts';
import { heldToProofs } from './runbooks/heldToProofs.ts';
import type { Scenario, ScenarioResult, Stage } from './scenario.ts';
import { untilAttachment } from './untilAttachment.ts';

/** Simulated restarts in tests take a fraction of a second. */
const DURATIONS = { shutdown: 30, boot: 120, hostd: 0, burn: 20 };

export async function runScenario(lab: Lab, scenario: Scenario): Promise<ScenarioResult> {
  const started = performance.now();
  const { stage, recorder } = await setStage(lab, scenario);
  const stop = stage.reasons.follow(lab.observer, (namespace) => namespace === scenario.name || namespace === `${scenario.name}-tenant`);
  const optimum = searchOptimum(scenario, stage);
  await scenario.prepare?.(stage);
  await stage.applyHost(scenario.specFor?.(stage));
  for (const [name, spec] of Object.entries(scenario.attachments ?? {})) await stage.applyAttachment(name, spec);
  await scenario.play?.(stage);
  const host = await untilEnd(stage, scenario);
  const ready = findCondition(host.status?.conditions, 'Ready');
  const { counters } = stage.host.world;
  const writes = await lab.writes(stage.namespace);
  const result: ScenarioResult = {
    scenario: scenario.name,
    kind: scenario.kind,
    ready: ready?.status === 'True',
    reason: ready?.reason ?? '',
    restarts: counters.restarts.length,
    optimum: optimum ?? scenario.expect.restarts,
    vmPowerOffs: stage.vms.reduce((sum, vm) => sum + powerOffs(vm), 0),
    vmPowerOffOptimum: powerOffOptimum(scenario, recorder),
    sshExecs: counters.sshExecs,
    apiWrites: writes.objects,
    events: writes.events,
    seconds: Math.round(performance.now() - started) / 1000,
  };
  check(scenario, stage, { result, message: ready?.message ?? '' });
  await scenario.verify?.(stage);
  if (scenario.remedy !== undefined) {
    await scenario.remedy(stage);
    await untilSolved(stage, scenario);
  }
  stop();
  await heldToProofs(scenario.name, stage);
  return result;
}

/** A SriovHost powers VMs off for its own sake, which nobody asked for. */
function powerOffOptimum({ kind, expect }: Scenario, { bound }: PowerRecorder): number {
  return kind === 'attachment' ? bound + (expect.deniedChanges ?? 0) : (expect.vmPowerOffs ?? 0);
}

async function setStage(plain: Lab, scenario: Scenario): Promise<{ readonly stage: Stage; readonly recorder: PowerRecorder }> {
  const namespace = scenario.name;
  const name = `esx-${scenario.name}`;
  const host = await plain.fleet.addHost({ bmc: true, durations: DURATIONS, ...scenario.world, name });
  const soap = plain.vsphere.endpointOf(host);
  const otherHosts = await addOtherHosts(plain, scenario, name);
  const vms = (scenario.vms ?? []).map(({ onOtherHost, ...vm }) => {
    const place = onOtherHost === undefined ? host : otherHosts[onOtherHost];
    if (place === undefined)
      throw new Error(`scenario ${scenario.name}: VM ${vm.name} is on host ${onOtherHost} of otherHosts, which is not there`);
    return plain.vsphere.inventory.addVm({ ...vm, hostId: place.world.id });
  });
  const recorder = new PowerRecorder(plain.vsphere.inventory, vms);
  const lab = announcing(plain, recorder);
  const hostIds = [host, ...otherHosts].map(({ world }) => world.id);
  const vcenter = scenario.vcenter === true ? await lab.vsphere.startVCenter({ hostIds }) : undefined;
  await lab.apply(namespaceManifest(namespace));
  const { spec: throughVcenter, secrets } = vcenter === undefined ? { spec: {}, secrets: [] } : vcenterPart(namespace, vcenter);
  if (secrets.length > 0) await lab.apply(...secrets);
  await lab.apply(...credentialManifests(namespace, host));
  const stage: Stage = {
    lab,
    namespace,
    host,
    soap,
    otherHosts,
    vcenter,
    vms,
    hostKey: `${namespace}/${name}`,
    reasons: new ReasonRecorder(),
    applyHost: async (spec, annotations) => {
      const merged = {
        annotations: { ...scenario.annotations, ...annotations },
        namespace,
        spec: { ...throughVcenter, ...scenario.spec, ...spec },
      };
      await lab.apply(hostManifest(host, soap, merged));
    },
    applyAttachment: async (vm, spec = {}) => await lab.apply(attachmentManifest({ namespace, name: vm, host: name, spec })),
  };
  return { stage, recorder };
}

/** The lab, which tells the recorder of each wish of people. */
function announcing(lab: Lab, recorder: PowerRecorder): Lab {
  const { kubectl } = lab.api;
  const api: Lab['api'] = Object.create(lab.api, { kubectl: { value: told(recorder, kubectl) } });
  return Object.create(lab, {
    api: { value: api },
    apply: { value: told(recorder, lab.apply) },
    remove: { value: told(recorder, lab.remove) },
  });
}

function told<A extends readonly unknown[], R>(recorder: PowerRecorder, call: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
  return async (...args) => await recorder.asking(() => call(...args));
}

/** Each with a management address of its own: the API tells hosts apart by it, while all of them listen on the loopback address. */
async function addOtherHosts(lab: Lab, scenario: Scenario, name: string): Promise<readonly SimHost[]> {
  const hosts: SimHost[] = [];
  for (const [index, world] of (scenario.otherHosts ?? []).entries()) {
    const own = { name: `${name}-${index + 2}`, address: `192.0.2.${index + 2}` };
    hosts.push(await lab.fleet.addHost({ durations: DURATIONS, ...world, ...own }));
  }
  return hosts;
}

/** Only a host that gets ready has an optimum; it is searched in the world as it stands before anything happens. */
function searchOptimum(scenario: Scenario, stage: Stage): number | undefined {
  const { expect } = scenario;
  const { host } = stage;
  if (!expect.ready) return undefined;
  const spec = { ...scenario.spec, ...scenario.specFor?.(stage) };
  const bmc = 'bmc' in spec ? spec['bmc'] : host.bmc;
  const searched = { software: [], ...spec, ...(bmc === undefined ? {} : { bmc }) };
  return optimalRestarts(host.world, searched as unknown as SriovHostSpec, askedPorts(scenario));
}

/** Whole physical functions that attachments get in the end. */
function askedPorts({ attachments = {}, expect }: Scenario): readonly AskedPort[] {
  return Object.entries(attachments).flatMap(([name, spec]) => {
    const { kind, adapter, port } = (spec['function'] ?? {}) as { kind?: string; adapter?: string; port?: number };
    const asked = kind === 'Physical' && (expect.attachments?.[name] ?? 'Succeeded') === 'Succeeded';
    return asked ? [{ adapter: adapter ?? '', port: port ?? 1 }] : [];
  });
}

async function untilEnd({ lab, namespace, hostKey }: Stage, { expect }: Scenario) {
  const reason = expect.reason ?? 'Succeeded';
  const stalled = { type: 'Stalled', status: 'True' } as const;
  const end = !expect.ready && hostStalls(reason) ? stalled : ({ type: 'Ready', status: expect.ready ? 'True' : 'False' } as const);
  const host = await lab.observer.untilCondition('SriovHost', hostKey, { ...end, reason, timeoutMs: 90_000 });
  for (const [name, wanted] of Object.entries(expect.attachments ?? {})) {
    await untilAttachment({ lab, key: name.includes('/') ? name : `${namespace}/${name}`, reason: wanted });
  }
  return lab.observer.get('SriovHost', hostKey) ?? host;
}

/** What did not end well is Ready once the remedy is carried out. */
async function untilSolved({ lab, namespace, hostKey }: Stage, { expect }: Scenario): Promise<void> {
  await lab.observer.untilCondition('SriovHost', hostKey, { type: 'Ready', status: 'True', timeoutMs: 90_000 });
  for (const name of Object.keys(expect.attachments ?? {})) {
    await untilAttachment({ lab, key: name.includes('/') ? name : `${namespace}/${name}`, reason: 'Succeeded' });
  }
}

function powerOffs({ counters }: SimVm): number {
  return counters.powerOffs + counters.guestShutdowns;
}

function check(
  { name, expect }: Scenario,
  stage: Stage,
  { result, message }: { readonly result: ScenarioResult; readonly message: string },
): void {
  const { counters } = stage.host.world;
  const wrong: string[] = [];
  if (result.restarts !== expect.restarts) wrong.push(`restarts ${result.restarts}, expected ${expect.restarts}`);
  if (expect.ready && result.restarts !== result.optimum)
    wrong.push(`restarts ${result.restarts}, an exhaustive search needs ${result.optimum}`);
  if (result.vmPowerOffs !== (expect.vmPowerOffs ?? 0))
    wrong.push(`VM power-offs ${result.vmPowerOffs}, expected ${expect.vmPowerOffs ?? 0}`);
  if (result.vmPowerOffs !== result.vmPowerOffOptimum)
    wrong.push(`VM power-offs ${result.vmPowerOffs}, what was asked for is worth ${result.vmPowerOffOptimum}`);
  if (counters.restartsWithRunningVms + counters.powerCutsWithRunningVms > 0) wrong.push('the host went down under running VMs');
  if (expect.message !== undefined && !expect.message.test(message)) wrong.push(`message '${message}' does not match ${expect.message}`);
  if (wrong.length > 0) throw new Error(`scenario ${name}: ${wrong.join('; ')}`);
}
