/** Rule: a port that ESXi itself has taken down carries nothing, however right its virtual functions are. Pure. */
import type { Problem, SriovHostSpec } from '../../../api/types.ts';
import type { HostObservation } from '../observation.ts';

export function linkFlapping({ adapters }: SriovHostSpec, observation: HostObservation): Problem | undefined {
  const names = observation.logs?.flapping ?? [];
  if (names.length === 0) return undefined;
  const ports = adapters.flatMap(({ name }) => {
    const seen = observation.adapters.find((entry) => entry.name === name)?.adapter;
    const down = seen?.known === true ? seen.value.ports.filter(({ vmnic }) => vmnic !== undefined && names.includes(vmnic)) : [];
    return down.map(({ number, vmnic }) => `${name} port ${number} (${vmnic})`);
  });
  return {
    reason: 'LinkFlapping',
    message: `virtual functions are as declared, but ESXi took down ${ports.join(', ')} because its link was flapping: check cable, transceiver and switch port, then bring the uplink up (esxcli network nic up -n <vmnic>)`,
  };
}
