/** Rule: no VIB is installed that the host refused, that would keep the host from booting, or that somebody else's image removes again. */
import { stalls } from '../../../api/reasons.ts';
import { shownLocation } from '../shownLocation.ts';
import { asHostReason } from '../status/conditions.ts';
import type { Blocked, PlanInput } from './input.ts';
import type { SoftwareWork } from './software.ts';

export function refuseSoftware({ observation, spec, memory }: PlanInput, { steps }: SoftwareWork): Blocked | undefined {
  for (const step of steps) {
    const refused = step.kind === 'InstallVib' ? memory.refusedVibs[step.name] : undefined;
    if (refused !== undefined) return { reason: refused.reason, message: refused.message };
  }
  const { software } = observation;
  if (software === undefined || steps.length === 0) return undefined;
  const { imageManaged, secureBoot, unsigned } = software;
  if (imageManaged?.known === false) return { ...imageManaged.because };
  if (imageManaged?.value === true) {
    const wanted = spec.software.filter(({ name }) => steps.some((step) => step.kind === 'InstallVib' && step.name === name));
    const list = wanted.map(({ name, minVersion }) => `${name} ${minVersion} or later`).join(', ');
    return {
      reason: 'ManagedByLifecycleImage',
      message: `an image of vSphere Lifecycle Manager manages the cluster of this host, and its next remediation would remove what is installed here: add the components with ${list} to the image and remediate the cluster, or set spec.installOnImageManagedHost: true`,
    };
  }
  if (secureBoot === undefined || unsigned.length === 0) return undefined;
  if (!secureBoot.known) return { ...secureBoot.because };
  if (!secureBoot.value) return undefined;
  const files = unsigned.map(({ name, version, location }) => `${name} ${version} in ${shownLocation(location)}`).join(', ');
  return {
    reason: 'SecureBootForbidsUnsignedVib',
    message: `Secure Boot is on, and ${files} is CommunitySupported, without a signature of VMware or a partner: the host would not boot with it; use the VIB that its vendor signed for this ESXi release`,
  };
}

/** Only a person can help: a host that was taken out of service for the sake of these VIBs has no reason to stay there. */
export function refusedForGood(refusal: Blocked | undefined): boolean {
  return refusal !== undefined && stalls('SriovHost', asHostReason(refusal.reason));
}
