/**
 * Which release of the API to speak. The SOAPAction header decides in which release a server answers; without one it falls back to
 * an early release that knows nothing of SR-IOV.
 */
import { toNumber, XmlNode } from './xmlNode.ts';

/** ComputeResource.lifecycleManaged came with 7.0. */
const WANTED = '7.0';
/** The oldest release of ESXi that is supported: everything else that is used here exists in it. */
const LEAST = '6.7';

/**
 * The SOAPAction for a server, from its `/sdk/vimServiceVersions.xml`: the oldest release from 7.0 on, or else from 6.7 on, or else the
 * newest that it has. Servers list the releases that they still speak under `priorVersions`.
 */
export function soapActionFor(versionsXml: string | undefined): string {
  const offered = versionsXml === undefined ? [] : offeredVersions(versionsXml);
  const sorted = offered.toSorted(compareVersions);
  const from = (least: string): string | undefined => sorted.find((candidate) => compareVersions(candidate, least) >= 0);
  const version = from(WANTED) ?? from(LEAST) ?? sorted.at(-1) ?? LEAST;
  return `urn:vim25/${version}`;
}

function offeredVersions(versionsXml: string): readonly string[] {
  try {
    const namespaces = XmlNode.parse(versionsXml).child('namespaces')?.list('namespace') ?? [];
    const vim = namespaces.find((namespace) => namespace.textOf('name')?.trim() === 'urn:vim25');
    const versions = [...(vim?.list('version') ?? []), ...(vim?.child('priorVersions')?.list('version') ?? [])];
    return versions.map((version) => version.text.trim()).filter((version) => /^\d+(\.\d+)+$/.test(version));
  } catch {
    return [];
  }
}

function compareVersions(left: string, right: string): number {
  const leftParts = left.split('.');
  const rightParts = right.split('.');
  for (let index = 0; index < Math.max(leftParts.length, rightParts.length); index += 1) {
    const difference = (toNumber(leftParts[index]) ?? 0) - (toNumber(rightParts[index]) ?? 0);
    if (difference !== 0) {
      return difference;
    }
  }
  return 0;
}
