/** What a vSphere server knows about how a host is managed: lifecycle image, lockdown mode, SSH service. */
import { isPortError } from '../ports/errors.ts';
import type { HostManagement } from '../ports/vsphere.ts';
import { retrieveOne } from './propertyCollector.ts';
import type { Calls } from './session.ts';
import type { Ref } from './xmlNode.ts';

/** HostLockdownMode, since 6.0 (HostConfigInfo.lockdownMode). */
const LOCKDOWN: Readonly<Record<string, HostManagement['lockdown']>> = {
  lockdownDisabled: 'Disabled',
  lockdownNormal: 'Normal',
  lockdownStrict: 'Strict',
};

/** Key of the SSH service in HostServiceInfo. */
const SSH = 'TSM-SSH';

export async function readHostManagement(calls: Calls, hostMoRef: string): Promise<HostManagement> {
  const paths = ['parent', 'runtime.connectionState', 'config.lockdownMode', 'config.service.service'];
  const host = await retrieveOne(calls, { kind: 'HostSystem', value: hostMoRef }, paths);
  const ssh = host.items('config.service.service').find((service) => service.textOf('key') === SSH);
  return {
    connectionState: host.text('runtime.connectionState') ?? 'unknown',
    imageManaged: await isImageManaged(calls, host.refOf('parent')),
    lockdown: LOCKDOWN[host.text('config.lockdownMode') ?? ''],
    sshRunning: ssh?.booleanOf('running'),
  };
}

/** `ComputeResource.lifecycleManaged`, of clusters and single hosts, since 7.0; a server of 6.7 does not know it and has no images. */
async function isImageManaged(calls: Calls, parent: Ref | undefined): Promise<boolean | undefined> {
  if (parent === undefined || calls.content.apiType !== 'VirtualCenter') return undefined;
  try {
    return (await retrieveOne(calls, parent, ['lifecycleManaged'])).boolean('lifecycleManaged');
  } catch (error) {
    if (isPortError(error) && error.detail['fault'] === 'InvalidProperty') return undefined;
    throw error;
  }
}
