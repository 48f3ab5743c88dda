/**
 * Rule: a physical function that an attachment asks for as a whole is passed through after the next restart, as far as nothing else needs
 * it; and it goes back to the driver only where the operator took it and the port shall have virtual functions.
 */
import type { AdapterSpec, Problem } from '../../../api/types.ts';
import type { ObservedPort } from '../adapters.ts';
import { type FunctionRequest, isGivenAway, type Ownership, passthroughItem } from '../physicalFunctions.ts';
import type { HostStep } from '../steps.ts';
import type { AdapterWork, PlanInput } from './input.ts';
import { conflictWithVfs, refusalOf } from './passthroughRefusal.ts';
import { restorePassthrough } from './passthroughRestore.ts';

export interface PassthroughWork {
  readonly steps: readonly HostStep[];
  readonly pending: readonly string[];
  /** By adapter: what keeps it from being as declared. */
  readonly problems: Readonly<Record<string, Problem>>;
  /** PCI addresses of the functions that no driver has after the next restart. */
  readonly next: ReadonlySet<string>;
  readonly ports: readonly PassthroughPort[];
}

/** A declared port that somebody asks for, or that is passed through. */
export interface PassthroughPort {
  readonly adapter: string;
  readonly port: number;
  readonly pciAddress: string;
  readonly requestedBy: readonly string[];
  /** Why the request is not met. */
  readonly problem: Problem | undefined;
}

export interface Candidate {
  readonly spec: AdapterSpec;
  readonly declared: AdapterSpec['ports'][number];
  readonly port: ObservedPort;
  readonly ownership: Ownership;
  readonly requests: readonly FunctionRequest[];
  readonly ours: boolean;
}

type Verdict =
  | { readonly want: 'on' | 'off'; readonly because: string }
  | { readonly want: 'leave'; readonly problem?: Problem; readonly adapterProblem?: Problem };

const LEAVE: Verdict = { want: 'leave' };

export function planPassthrough(input: PlanInput, works: readonly AdapterWork[]): PassthroughWork {
  if (input.restoring === true) return restorePassthrough(input);
  const all = candidates(input);
  const judged = all.map((candidate) => ({ candidate, verdict: judge(candidate, input) }));
  const delayed = delayedAdapters(judged, input, works);
  const decided = judged.filter(({ candidate: { spec } }) =>
    works.some(({ name, problem, untouchable }) => name === spec.name && problem === undefined && untouchable === undefined),
  );
  const acting = decided.filter(({ candidate: { spec }, verdict }) => !(verdict.want === 'on' && delayed.has(spec.name)));
  const next = new Set(configuredNow(input));
  for (const { candidate, verdict } of acting) {
    if (verdict.want === 'on') next.add(candidate.port.address);
    if (verdict.want === 'off') next.delete(candidate.port.address);
  }
  return {
    steps: acting.flatMap(({ candidate, verdict }) => stepFor(candidate, verdict)),
    pending: acting.flatMap(({ candidate, verdict }) => pendingFor(candidate, verdict)),
    problems: Object.fromEntries(
      judged.flatMap(({ candidate, verdict }) =>
        verdict.want === 'leave' && verdict.adapterProblem !== undefined ? [[candidate.spec.name, verdict.adapterProblem] as const] : [],
      ),
    ),
    next,
    ports: judged.map(({ candidate: { spec, declared, port, requests }, verdict }) => ({
      adapter: spec.name,
      port: declared.number,
      pciAddress: port.address,
      requestedBy: requests.map(({ attachment }) => attachment),
      problem: verdict.want === 'leave' ? (verdict.problem ?? verdict.adapterProblem) : undefined,
    })),
  };
}

/** Of every adapter, also of those that nobody declared. */
function configuredNow({ observation: { allAdapters } }: PlanInput): readonly string[] {
  const ports = allAdapters.known ? allAdapters.value.flatMap((adapter) => adapter.ports) : [];
  return ports.filter(({ ownership }) => ownership?.configured === true).map(({ address }) => address);
}

function candidates({ spec, observation, memory }: PlanInput): readonly Candidate[] {
  const requests = observation.passthrough?.requests ?? [];
  return [...spec.adapters]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((adapter) => {
      const seen = observation.adapters.find(({ name }) => name === adapter.name);
      if (seen === undefined || !seen.adapter.known) return [];
      return seen.adapter.value.ports.flatMap((port): readonly Candidate[] => {
        const declared = adapter.ports.find(({ number }) => number === port.number);
        const { ownership } = port;
        if (declared === undefined || ownership === undefined) return [];
        const asked = requests.filter((request) => request.adapter === adapter.name && request.port === port.number);
        if (asked.length === 0 && !ownership.active && !ownership.configured) return [];
        const ours = memory.passthrough.some(({ pciAddress }) => pciAddress === port.address);
        return [{ spec: adapter, declared, port, ownership, requests: asked, ours }];
      });
    });
}

function judge(candidate: Candidate, input: PlanInput): Verdict {
  const { declared, ownership, requests, ours } = candidate;
  const taken = ownership.active || ownership.configured;
  if (requests.length === 0) {
    if (declared.vfs === 0) return LEAVE;
    return ours ? { want: 'off', because: 'port-has-virtual-functions' } : { want: 'leave', adapterProblem: conflictWithVfs(candidate) };
  }
  if (taken && declared.vfs > 0) return { want: 'leave', adapterProblem: conflictWithVfs(candidate) };
  const asked = requests.some(({ keepsOnly }) => !keepsOnly);
  if (!asked && !(ownership.configured && ownership.active)) return LEAVE;
  if (ownership.configured) return { want: 'on', because: because(requests) };
  const refusal = refusalOf(candidate, input);
  return refusal === undefined ? { want: 'on', because: because(requests) } : { want: 'leave', problem: refusal };
}

/** Rule and attachment: whoever reads the plan shall know for whom the host is restarted. */
function because(requests: readonly FunctionRequest[]): string {
  const [first] = requests.filter(({ keepsOnly }) => !keepsOnly).concat(requests);
  return `physical-function ${first?.attachment ?? ''}`.trim();
}

function stepFor({ spec, declared, port, ownership }: Candidate, verdict: Verdict): readonly HostStep[] {
  if (verdict.want === 'leave' || ownership.configured === (verdict.want === 'on')) return [];
  const { address, macAddress, vmnic } = port;
  return [
    {
      kind: 'SetPassthrough',
      because: verdict.because,
      adapter: spec.name,
      port: declared.number,
      address,
      macAddress,
      vmnic,
      enabled: verdict.want === 'on',
    },
  ];
}

function pendingFor({ spec, declared, ownership }: Candidate, { want }: Verdict): readonly string[] {
  if (want === 'leave' || ownership.active === (want === 'on')) return [];
  return [passthroughItem({ adapter: spec.name, port: declared.number }, want === 'on')];
}

/**
 * Once every function of a card is passed through, its firmware may be out of reach. So what is declared for it must be seen before, and
 * be in effect unless the same restart cuts the power, which activates every setting; a burned image is seen to run in any case.
 */
function delayedAdapters(
  judged: readonly { readonly candidate: Candidate; readonly verdict: Verdict }[],
  input: PlanInput,
  works: readonly AdapterWork[],
): ReadonlySet<string> {
  const on = judged.filter(({ verdict }) => verdict.want === 'on');
  const wanted = new Set([...configuredNow(input), ...on.map(({ candidate }) => candidate.port.address)]);
  const names = new Set(on.filter(({ candidate }) => !candidate.ownership.configured).map(({ candidate }) => candidate.spec.name));
  return new Set(
    [...names].filter((name) => {
      const seen = input.observation.adapters.find((adapter) => adapter.name === name);
      const ports = seen?.adapter.known === true ? seen.adapter.value.ports : [];
      const spec = input.spec.adapters.find((adapter) => adapter.name === name);
      if (spec === undefined || !isGivenAway(ports, wanted) || !declaresFirmware(spec)) return false;
      const work = works.find((one) => one.name === name);
      if (work?.outOfReach === true) return false;
      if (work?.known !== true || work.pending.some((item) => item.startsWith('image/'))) return true;
      return work.pending.length > 0 && input.observation.bmc === undefined;
    }),
  );
}

function declaresFirmware({ ports, firmware, firmwareVfs, parameters }: AdapterSpec): boolean {
  const ofPorts = ports.some(({ linkType, vfs }) => linkType !== undefined || vfs > 0);
  return ofPorts || firmware !== undefined || firmwareVfs !== undefined || Object.keys(parameters ?? {}).length > 0;
}
