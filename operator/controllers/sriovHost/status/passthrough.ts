/** Physical functions that are given away, in status: who asks, how far it is, and what the operator must not forget. Pure. */
import type { SriovHostStatus } from '../../../api/types.ts';
import type { HostObservation } from '../observation.ts';
import type { PassthroughRecord, PassthroughStatus } from '../physicalFunctions.ts';
import type { PassthroughPort } from '../rules/passthrough.ts';
import type { ReportInput } from '../status.ts';

export function passthroughStatus({ host, observation, plan, memory }: ReportInput): Pick<SriovHostStatus, 'passthrough'> {
  const seen = observation.host.known ? plan.passthrough?.ports : undefined;
  const before = host.status?.passthrough ?? [];
  const ports =
    seen ?? before.map(({ adapter, port, pciAddress, requestedBy, problem }) => ({ adapter, port, pciAddress, requestedBy, problem }));
  const extra = memory.passthrough.filter((record) => !ports.some((port) => port.adapter === record.adapter && port.port === record.port));
  const entries = [...ports, ...extra.map((record) => ({ ...record, requestedBy: [], problem: undefined }))].map((port) => {
    const record = memory.passthrough.find(({ pciAddress }) => pciAddress === port.pciAddress);
    return entryOf(
      port,
      record,
      seen === undefined ? before.find(({ pciAddress }) => pciAddress === port.pciAddress) : ownershipOf(port, observation),
    );
  });
  return entries.length === 0 ? {} : { passthrough: entries };
}

function ownershipOf({ pciAddress }: PassthroughPort, { allAdapters }: HostObservation): Pick<PassthroughStatus, 'active' | 'configured'> {
  const ports = allAdapters.known ? allAdapters.value.flatMap((adapter) => adapter.ports) : [];
  const { active = false, configured = false } = ports.find(({ address }) => address === pciAddress)?.ownership ?? {};
  return { active, configured };
}

function entryOf(
  { adapter, port, pciAddress, requestedBy, problem }: PassthroughPort,
  record: PassthroughRecord | undefined,
  owner: Pick<PassthroughStatus, 'active' | 'configured'> | undefined,
): PassthroughStatus {
  return {
    adapter,
    port,
    pciAddress,
    ...(record?.macAddress === undefined ? {} : { macAddress: record.macAddress }),
    ...(record?.vmnic === undefined ? {} : { vmnic: record.vmnic }),
    enabledByUs: record !== undefined,
    configured: owner?.configured ?? false,
    active: owner?.active ?? false,
    ...(record?.seenActive === true ? { seenActive: true } : {}),
    requestedBy: [...requestedBy],
    ...(problem === undefined ? {} : { problem: { reason: problem.reason, message: problem.message } }),
  };
}
