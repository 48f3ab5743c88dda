/** The way back: functions are passed through, or not, as they were found. What a VM has as its device stays. Pure. */
import type { ObservedPort } from '../adapters.ts';
import { type FunctionRequest, type Ownership, passthroughItem } from '../physicalFunctions.ts';
import type { HostStep } from '../steps.ts';
import type { PlanInput } from './input.ts';
import type { PassthroughWork } from './passthrough.ts';

interface Found {
  readonly adapter: string;
  readonly port: ObservedPort;
  readonly ownership: Ownership;
  readonly requests: readonly FunctionRequest[];
  /** As it shall be. */
  readonly wanted: boolean;
}

export function restorePassthrough(input: PlanInput): PassthroughWork {
  const all = foundPorts(input);
  return {
    steps: all.flatMap(stepFor),
    pending: all
      .filter(({ ownership, wanted }) => ownership.active !== wanted)
      .map(({ adapter, port, wanted }) => passthroughItem({ adapter, port: port.number }, wanted)),
    problems: {},
    next: new Set([...undeclared(input), ...all.filter(({ wanted }) => wanted).map(({ port }) => port.address)]),
    ports: all
      .filter(({ ownership }) => ownership.active || ownership.configured)
      .map(({ adapter, port, requests }) => ({
        adapter,
        port: port.number,
        pciAddress: port.address,
        requestedBy: requests.map(({ attachment }) => attachment),
        problem: undefined,
      })),
  };
}

function foundPorts({ observation, memory }: PlanInput): readonly Found[] {
  const asked = observation.passthrough?.requests ?? [];
  return observation.adapters.flatMap(({ name, adapter }) =>
    (adapter.known ? adapter.value.ports : []).flatMap((port): readonly Found[] => {
      const { ownership } = port;
      if (ownership === undefined) return [];
      const requests = asked.filter((request) => request.adapter === name && request.port === port.number);
      const before = memory.snapshot?.passthrough?.find(({ pciAddress }) => pciAddress === port.address);
      const held = before === undefined || requests.some(({ hasDevice }) => hasDevice);
      return [{ adapter: name, port, ownership, requests, wanted: held ? ownership.configured : before.enabled }];
    }),
  );
}

function stepFor({ adapter, port, ownership, wanted }: Found): readonly HostStep[] {
  if (wanted === ownership.configured) return [];
  const { number, address, macAddress, vmnic } = port;
  return [{ kind: 'SetPassthrough', because: 'restore', adapter, port: number, address, macAddress, vmnic, enabled: wanted }];
}

/** Functions of other adapters stay as they are. */
function undeclared({ observation }: PlanInput): readonly string[] {
  const declared = new Set(
    observation.adapters.flatMap(({ adapter }) => (adapter.known ? adapter.value.ports.map(({ address }) => address) : [])),
  );
  const ports = observation.allAdapters.known ? observation.allAdapters.value.flatMap((adapter) => adapter.ports) : [];
  return ports.filter(({ address, ownership }) => !declared.has(address) && ownership?.configured === true).map(({ address }) => address);
}
