/** Why a physical function is not passed through although somebody asks for it. Pure. */
import type { Problem } from '../../../api/types.ts';
import { compareVersions } from '../versions.ts';
import type { PlanInput } from './input.ts';
import type { Candidate } from './passthrough.ts';

/** First release with `esxcli hardware pci pcipassthru`. */
const FIRST_VERSION = '7.0.0';

/** For a function that is not passed through yet: the first thing that is in the way. */
export function refusalOf(candidate: Candidate, { observation }: PlanInput): Problem | undefined {
  const { spec, declared, port, ownership } = candidate;
  const where = `port ${declared.number} of adapter ${spec.name}`;
  const version = observation.host.known ? observation.host.value.version.version : FIRST_VERSION;
  if (compareVersions(version, FIRST_VERSION) < 0) {
    return problem(
      'PassthroughUnsupported',
      `ESXi ${version} has no esxcli hardware pci pcipassthru, which came with ${FIRST_VERSION}; upgrade ESXi, or pass ${where} (${port.address}) through in the vSphere client and restart the host`,
    );
  }
  if (declared.vfs > 0) return problem('PassthroughConflictsWithVfs', wantsVfs(candidate));
  if (ownership.capable === false) {
    return problem('PassthroughNotCapable', `ESXi says that ${where} (${port.address}) cannot be passed through; use another port`);
  }
  const users = observation.passthrough?.uplinkUsers;
  if (users !== undefined && !users.known) return problem(users.because.reason, users.because.message);
  const user = users?.value[port.vmnic ?? ''];
  return user === undefined ? undefined : uplinkInUse({ where, uplink: port.vmnic ?? '', user });
}

export function uplinkInUse({ where, uplink, user }: { readonly where: string; readonly uplink: string; readonly user: string }): Problem {
  return problem(
    'PassthroughUplinkInUse',
    `${where} is uplink ${uplink} of virtual switch ${user}; take it out of the switch, or use another port`,
  );
}

/** A function cannot be both: given away as a whole, it has no virtual functions. */
export function conflictWithVfs(candidate: Candidate): Problem {
  const { spec, declared, port, requests, ours } = candidate;
  if (requests.length > 0) {
    const who = requests.map(({ attachment }) => attachment).join(', ');
    return problem('PortPassedThrough', `${wantsVfs(candidate)}; it is passed through for ${who}`);
  }
  const whose = ours ? 'the operator' : 'somebody else';
  return problem(
    'PortPassedThrough',
    `port ${declared.number} of adapter ${spec.name} (${port.address}) shall have ${declared.vfs} virtual functions, but ${whose} passed it through to VMs as a whole; switch that off on the host (esxcli hardware pci pcipassthru set -d ${port.address} -e false), or declare vfs: 0`,
  );
}

function wantsVfs({ spec, declared, port }: Candidate): string {
  return `port ${declared.number} of adapter ${spec.name} (${port.address}) declares vfs: ${declared.vfs}, and a physical function that is given away has no virtual functions; declare vfs: 0 for it, or ask for another port`;
}

function problem(reason: string, message: string): Problem {
  return { reason, message };
}
