/** A host on which nothing can be changed: every call that would is refused before it leaves. */
import type { EsxiHost } from '../../ports/esxiHost.ts';

/** What the planner's look at a host calls. A call that is new to us is refused until it is found to be a read. */
const READS: ReadonlySet<string | symbol> = new Set<keyof EsxiHost>([
  'hostKeyFingerprint',
  'version',
  'uptimeMicroseconds',
  'vibs',
  'stagedVibs',
  'pciFunctions',
  'nics',
  'moduleOptions',
  'moduleParameters',
  'mstDevices',
  'firmwareConfig',
  'firmwareVersions',
  'firmwareImage',
  'sriovNics',
  'virtualFunctions',
  'maintenanceMode',
  'runningVms',
  'sha256',
  'fileExists',
]);

export function readOnlyHost(host: EsxiHost): EsxiHost {
  return new Proxy(host, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (READS.has(name)) return value.bind(target);
      return () => {
        throw new Error(`${String(name)} would change the host, and a direct plan only reads`);
      };
    },
  });
}
