/** Lockdown mode, SSH service and lifecycle image, from properties; what a server does not tell stays open. */
import { describe, expect, it } from '@jest/globals';
import { PortError } from '../../../operator/ports/errors.ts';
import type { VimCall } from '../../../operator/vsphere/codec.ts';
import { readHostManagement } from '../../../operator/vsphere/hostManagement.ts';
import { objectXml, pathsOf, scriptedCalls } from './scriptedCalls.ts';

const service = (key: string, running: boolean) =>
  `<HostService><key>${key}</key><label>x</label><running>${running}</running></HostService>`;

interface Script {
  readonly lockdown?: string;
  readonly services?: string;
  readonly managed?: string;
  readonly parent?: boolean;
}

function answering({ lockdown, services, managed, parent = true }: Script) {
  return (call: VimCall): string => {
    if (pathsOf(call).includes('lifecycleManaged')) {
      if (managed === 'fault') throw new PortError('VsphereFault', 'no', { detail: { fault: 'InvalidProperty' } });
      const found = managed === undefined ? {} : { lifecycleManaged: managed };
      return `<returnval>${objectXml('ClusterComputeResource', 'domain-c8', found)}</returnval>`;
    }
    const properties = {
      'runtime.connectionState': 'connected',
      ...(lockdown === undefined ? {} : { 'config.lockdownMode': lockdown }),
      ...(services === undefined ? {} : { 'config.service.service': services }),
    };
    const ref = parent ? '<propSet><name>parent</name><val type="ClusterComputeResource">domain-c8</val></propSet>' : '';
    return `<returnval>${objectXml('HostSystem', 'host-21', properties).replace('</objects>', `${ref}</objects>`)}</returnval>`;
  };
}

describe('readHostManagement', () => {
  it.each([
    { why: 'nothing told', script: {}, expected: { imageManaged: undefined, lockdown: undefined, sshRunning: undefined } },
    {
      why: 'everything told',
      script: { lockdown: 'lockdownNormal', services: service('TSM', true) + service('TSM-SSH', false), managed: 'true' },
      expected: { imageManaged: true, lockdown: 'Normal', sshRunning: false },
    },
    {
      why: 'no lockdown, SSH runs, baselines',
      script: { lockdown: 'lockdownDisabled', services: service('TSM-SSH', true), managed: 'false' },
      expected: { imageManaged: false, lockdown: 'Disabled', sshRunning: true },
    },
    { why: 'strict', script: { lockdown: 'lockdownStrict' }, expected: { lockdown: 'Strict' } },
    { why: 'a mode of a later release', script: { lockdown: 'lockdownSomehow' }, expected: { lockdown: undefined } },
    { why: 'a server of 6.7, which does not know images', script: { managed: 'fault' }, expected: { imageManaged: undefined } },
    { why: 'a host without a parent', script: { parent: false, managed: 'true' }, expected: { imageManaged: undefined } },
  ])('reads $why', async ({ script, expected }) => {
    const calls = scriptedCalls(answering(script));
    expect(await readHostManagement(calls, 'host-21')).toMatchObject({ connectionState: 'connected', ...expected });
  });

  it('passes any other fault on', async () => {
    const calls = scriptedCalls((call) => {
      if (pathsOf(call).includes('lifecycleManaged')) throw new PortError('VspherePermissionDenied', 'no');
      return answering({})(call);
    });
    await expect(readHostManagement(calls, 'host-21')).rejects.toMatchObject({ code: 'VspherePermissionDenied' });
  });
});
