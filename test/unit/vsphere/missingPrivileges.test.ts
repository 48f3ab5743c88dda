/** HasPrivilegeOnEntities: what is sent, and which answers count as a lack. */
import { describe, expect, it } from '@jest/globals';
import { PortError } from '../../../operator/ports/errors.ts';
import type { PrivilegesOn } from '../../../operator/ports/privileges.ts';
import type { VimCall } from '../../../operator/vsphere/codec.ts';
import { readMissingPrivileges } from '../../../operator/vsphere/privileges.ts';
import type { Calls } from '../../../operator/vsphere/session.ts';
import { scriptedCalls } from './scriptedCalls.ts';

const WANTED: readonly PrivilegesOn[] = [
  { kind: 'VirtualMachine', moRef: 'vm-1', privileges: ['VirtualMachine.Interact.PowerOff', 'VirtualMachine.Interact.PowerOn'] },
  { kind: 'Network', moRef: 'network-1', privileges: ['Network.Assign'] },
];

function answer(entity: string, grants: Readonly<Record<string, boolean>>): string {
  const each = Object.entries(grants).map(
    ([id, granted]) => `<privAvailability><privId>${id}</privId><isGranted>${granted}</isGranted></privAvailability>`,
  );
  return `<returnval><entity>${entity}</entity>${each.join('')}</returnval>`;
}

function server(response: (call: VimCall) => string): Calls & { readonly made: readonly VimCall[] } {
  const calls = scriptedCalls(response);
  return {
    ...calls,
    content: { ...calls.content, authorizationManager: { kind: 'AuthorizationManager', value: 'AuthorizationManager' } },
    sessionKey: 'session-1',
  };
}

describe('missing privileges', () => {
  it('are asked for with one call, of the own session', async () => {
    const calls = server(() => `${answer('vm-1', {})}`);
    await readMissingPrivileges(calls, WANTED);
    expect(calls.made).toHaveLength(1);
    expect(calls.made[0]?.args).toEqual({
      entity: [
        { kind: 'VirtualMachine', value: 'vm-1' },
        { kind: 'Network', value: 'network-1' },
      ],
      sessionId: 'session-1',
      privId: ['VirtualMachine.Interact.PowerOff', 'VirtualMachine.Interact.PowerOn', 'Network.Assign'],
    });
  });

  it('are those that were asked for on that very object', async () => {
    const nothing = { 'VirtualMachine.Interact.PowerOff': false, 'VirtualMachine.Interact.PowerOn': false, 'Network.Assign': false };
    const vm = { ...nothing, 'VirtualMachine.Interact.PowerOn': true };
    const calls = server(() => `${answer('vm-1', vm)}${answer('network-1', { ...nothing, 'Network.Assign': true })}`);
    expect(await readMissingPrivileges(calls, WANTED)).toEqual([
      { kind: 'VirtualMachine', moRef: 'vm-1', privileges: ['VirtualMachine.Interact.PowerOff'] },
    ]);
  });

  it('are not what an answer leaves out', async () => {
    expect(
      await readMissingPrivileges(
        server(() => ''),
        WANTED,
      ),
    ).toEqual([]);
  });

  it('are unknown on a server that has no such thing', async () => {
    const calls = scriptedCalls(() => '');
    expect(await readMissingPrivileges(calls, WANTED)).toBeUndefined();
    expect(calls.made).toEqual([]);
  });

  it.each([
    { code: 'VsphereFault', why: 'the method is not supported' },
    { code: 'VspherePermissionDenied', why: 'the user may not ask' },
    { code: 'VsphereObjectNotFound', why: 'the VM went away meanwhile' },
  ] as const)('are unknown when $why', async ({ code }) => {
    const calls = { ...server(() => ''), call: () => Promise.reject(new PortError(code, 'no')) };
    expect(await readMissingPrivileges(calls, WANTED)).toBeUndefined();
  });

  it.each([
    new PortError('VsphereFault', 'the session ended', { detail: { fault: 'NotAuthenticated' } }),
    new PortError('VsphereUnreachable', 'away'),
  ])('are asked for again when nobody answered: $message', async (error) => {
    const calls = { ...server(() => ''), call: () => Promise.reject(error) };
    await expect(readMissingPrivileges(calls, WANTED)).rejects.toBe(error);
  });
});
