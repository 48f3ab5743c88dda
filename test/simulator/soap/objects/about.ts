/** `AboutInfo`: which product, which version of the API. */
import { object, string, type Value } from '../wire/values.ts';
import type { View } from './view.ts';

export function aboutInfo(view: Pick<View, 'apiType' | 'version' | 'build' | 'apiVersion'>): Value {
  const center = view.apiType === 'VirtualCenter';
  const name = center ? 'VMware vCenter Server' : 'VMware ESXi';
  return object('AboutInfo', {
    name: string(name),
    fullName: string(`${name} ${view.version} build-${view.build}`),
    vendor: string('VMware, Inc.'),
    version: string(view.version),
    build: string(view.build),
    localeVersion: string('INTL'),
    localeBuild: string('000'),
    osType: string(center ? 'linux-x64' : 'vmnix-x86'),
    productLineId: string(center ? 'vpx' : 'embeddedEsx'),
    apiType: string(view.apiType),
    apiVersion: string(view.apiVersion),
    licenseProductName: string(center ? 'VMware VirtualCenter Server' : 'VMware ESX Server'),
    licenseProductVersion: string(view.version.split('.').slice(0, 1).concat('0').join('.')),
  });
}
