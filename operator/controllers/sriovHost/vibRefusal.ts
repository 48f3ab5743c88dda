/** What esxcli's refusal of a VIB means. Pure. */
import type { Problem } from '../../api/types.ts';
import type { PortError } from '../../ports/errors.ts';
import type { Failure } from './act.ts';
import type { HostMemory } from './memory.ts';
import { hostStalls } from './status/conditions.ts';

/** Class names of esximage, as esxcli prints them in brackets; a missing signer comes as a general InstallationError with this text. */
const SIGNATURE_ERRORS: ReadonlySet<string> = new Set(['AcceptanceConfigError', 'VibSigInvalidError']);
const NO_SIGNER = /Could not find a trusted signer/i;
/** `VIB x requires vmkapi_2_2_0_0, but the requirement cannot be satisfied within the ImageProfile` (KB 78389): made for another release. */
const UNFIT = /requires \S.*requirement cannot be satisfied within the ImageProfile/is;

export function vibRefusal(name: string, location: string, error: PortError): Problem {
  const refused = SIGNATURE_ERRORS.has(String(error.detail['errorClass'] ?? '')) || NO_SIGNER.test(error.message);
  if (UNFIT.test(error.message)) {
    return {
      reason: 'VibIncompatible',
      message: `VIB ${name} from ${location} does not fit the ESXi release of this host (status.esxi.version): ${error.message}; get the VIB that is built for this release and correct spec.software[${name}].source`,
    };
  }
  if (!refused) return { reason: 'VibInstallFailed', message: `VIB ${name} from ${location}: ${error.message}` };
  return {
    reason: 'VibSignatureRefused',
    message: `VIB ${name} from ${location} is not signed as this host demands: ${error.message}; use the VIB that its vendor signed for this ESXi release. It is never forced: a forced VIB keeps a host with Secure Boot from booting`,
  };
}

/** A VIB that the host refuses for good is not tried at each look: until the spec changes or somebody asks for another try. */
export function noteRefusedVib(memory: HostMemory, failure: Failure | undefined): HostMemory {
  if (failure?.step.kind !== 'InstallVib' || !hostStalls(failure.reason)) return memory;
  const { reason, message } = failure;
  return { ...memory, refusedVibs: { ...memory.refusedVibs, [failure.step.name]: { reason, message } } };
}
