/** A host, a BMC and a vSphere server on which nothing can be changed: every call that would is refused before it leaves. */
import type { Bmc } from '../../ports/bmc.ts';
import type { EsxiHost } from '../../ports/esxiHost.ts';
import type { VSphere } from '../../ports/vsphere.ts';

/** What the planner's looks call. A call that is new to us is refused until it is found to be a read. */
const HOST_READS: ReadonlySet<string | symbol> = new Set<keyof EsxiHost>([
  'hostKeyFingerprint',
  'version',
  'uptimeMicroseconds',
  'encryptionMode',
  'vibs',
  'stagedVibs',
  'pciFunctions',
  'nics',
  'uplinkUsers',
  'moduleOptions',
  'moduleParameters',
  'mstDevices',
  'firmwareConfig',
  'firmwareVersions',
  'firmwareImage',
  'unfinishedBurn',
  'sriovNics',
  'virtualFunctions',
  'maintenanceMode',
  'runningVms',
  'sha256',
  'fileExists',
]);

const BMC_READS: ReadonlySet<string | symbol> = new Set<keyof Bmc>(['system', 'biosAttributes', 'pendingBiosAttributes']);

const VSPHERE_READS: ReadonlySet<string | symbol> = new Set<keyof VSphere>([
  'apiType',
  'hosts',
  'networksOfHost',
  'findVms',
  'vm',
  'vmsOfHost',
  'systemId',
  'evacuationFacts',
]);

export function readOnlyHost(host: EsxiHost): EsxiHost {
  return guarded(host, HOST_READS);
}

export function readOnlyBmc(bmc: Bmc): Bmc {
  return guarded(bmc, BMC_READS);
}

export function readOnlyVsphere(vsphere: VSphere): VSphere {
  return guarded(vsphere, VSPHERE_READS);
}

function guarded<T extends object>(target: T, reads: ReadonlySet<string | symbol>): T {
  return new Proxy(target, {
    get(inner, name) {
      const value: unknown = Reflect.get(inner, name, inner);
      if (typeof value !== 'function') return value;
      if (reads.has(name)) return value.bind(inner);
      return () => {
        throw new Error(`${String(name)} would change the host, and a direct plan only reads`);
      };
    },
  });
}
