/** What esxcli's refusal of a VIB means. Pure. */
import type { Problem } from '../../api/types.ts';
import type { PortError } from '../../ports/errors.ts';

/** Class names of esximage, as esxcli prints them in brackets; a missing signer comes as a general InstallationError with this text. */
const SIGNATURE_ERRORS: ReadonlySet<string> = new Set(['AcceptanceConfigError', 'VibSigInvalidError']);
const NO_SIGNER = /Could not find a trusted signer/i;

export function vibRefusal(name: string, location: string, error: PortError): Problem {
  const refused = SIGNATURE_ERRORS.has(String(error.detail['errorClass'] ?? '')) || NO_SIGNER.test(error.message);
  if (!refused) return { reason: 'VibInstallFailed', message: `VIB ${name} from ${location}: ${error.message}` };
  return {
    reason: 'VibSignatureRefused',
    message: `VIB ${name} from ${location} is not signed as this host demands: ${error.message}; use the VIB that its vendor signed for this ESXi release. It is never forced: a forced VIB keeps a host with Secure Boot from booting`,
  };
}
