/** Versions of the vim25 API: what a server offers, and which one a request's SOAPAction picks. */

import { VIM25 } from './xmlNode.ts';
import { escapeXml } from './xmlWriter.ts';

const KNOWN = [
  '8.0.3.0',
  '8.0.2.0',
  '8.0.1.0',
  '8.0.0.1',
  '7.0.3.0',
  '7.0.2.0',
  '7.0.1.0',
  '7.0.0.0',
  '6.7.3',
  '6.7.2',
  '6.7.1',
  '6.7',
  '6.5',
  '6.0',
  '5.5',
  '5.1',
  '5.0',
  '4.1',
  '4.0',
  '2.5u2',
  '2.5',
  '2.0',
];

/** What a request without a version in its SOAPAction is taken for. */
const OLDEST = '2.0';

/** The newest API version of a release: `7.0.3` speaks `7.0.3.0`, `6.7.0` speaks `6.7`. */
export function apiVersionOfRelease(release: string): string {
  return KNOWN.find((version) => compareVersions(version, release) <= 0) ?? OLDEST;
}

export function supportedVersions(newest: string): readonly string[] {
  return KNOWN.filter((version) => compareVersions(version, newest) <= 0);
}

/**
 * The version that answers are shaped for, or undefined for one that the server does not know.
 * `soapAction` is the header's value, with or without quotes: `urn:vim25/7.0.3.0`.
 */
export function requestedVersion(soapAction: string | undefined, newest: string): string | undefined {
  const version = /^"?urn:vim25\/([^"]+)"?$/.exec(soapAction?.trim() ?? '')?.[1];
  if (version === undefined) {
    return OLDEST;
  }
  return supportedVersions(newest).find((known) => known === version);
}

export function compareVersions(left: string, right: string): number {
  const a = numbersOf(left);
  const b = numbersOf(right);
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) {
      return difference;
    }
  }
  return 0;
}

function numbersOf(version: string): readonly number[] {
  return version.split(/[.u]/).map(Number);
}

/** The document at `/sdk/vimServiceVersions.xml`. */
export function serviceVersionsXml(newest: string): string {
  const [first, ...prior] = supportedVersions(newest).map((version) => `<version>${escapeXml(version)}</version>`);
  return (
    '<?xml version="1.0" encoding="UTF-8" ?>\n<namespaces version="1.0">\n<namespace>' +
    `<name>${VIM25}</name>${first ?? ''}<priorVersions>${prior.join('')}</priorVersions></namespace>\n</namespaces>\n`
  );
}
