/** Finding VMs by name, path, UUID and managed object reference. */
import { describe, expect, it } from '@jest/globals';
import type { VimCall } from '../../../operator/vsphere/codec.ts';
import { findVms } from '../../../operator/vsphere/findVms.ts';
import { objectXml, pathsOf, scriptedCalls } from './scriptedCalls.ts';

const VM = ['VirtualMachine', 'vm-42'] as const;

/** One VM and what is above it, each as kind, reference, name and parent. */
function inventory(vm: Readonly<Record<string, string>>, above: readonly (readonly [string, string, string, string?])[]) {
  return (call: VimCall): string => {
    if (call.method !== 'RetrievePropertiesEx') {
      return '<returnval type="VirtualMachine">vm-42</returnval>';
    }
    const asked = pathsOf(call);
    const properties = Object.fromEntries(Object.entries(vm).filter(([path]) => asked.includes(path)));
    const ancestors = above.map(([kind, ref, name, parent]) => objectXml(kind, ref, { name, ...(parent === undefined ? {} : { parent }) }));
    return `<returnval>${objectXml(...VM, properties)}${asked.includes('parent') ? ancestors.join('') : ''}</returnval>`;
  };
}

const FOLDERS = [
  ['Folder', 'group-v3', 'vm', 'datacenter-2'],
  ['Datacenter', 'datacenter-2', 'dc', 'group-d1'],
  ['Folder', 'group-d1', 'Datacenters'],
] as const;

describe('findVms', () => {
  it.each([
    { why: 'in a folder', vm: { name: 'db-01', parent: 'group-v3' }, above: FOLDERS, path: '/dc/vm/db-01', name: 'db-01' },
    {
      why: 'in a vApp, which stands in place of a folder',
      vm: { name: 'db-01', parentVApp: 'resgroup-v9' },
      above: [['VirtualApp', 'resgroup-v9', 'app', 'group-v3'] as const, ...FOLDERS],
      path: '/dc/vm/app/db-01',
      name: 'db-01',
    },
    {
      why: 'with a slash in its name, which does not become a folder',
      vm: { name: 'tenant-b%2fdb', parent: 'group-v3' },
      above: FOLDERS,
      path: '/dc/vm/tenant-b%2fdb',
      name: 'tenant-b/db',
    },
    {
      why: 'whose parents this account may not see: none, rather than a part of it',
      vm: { name: 'db-01', parent: 'group-v3' },
      above: [],
      path: '',
      name: 'db-01',
    },
    {
      why: 'whose parents form a circle, which no server should say',
      vm: { name: 'db-01', parent: 'a' },
      above: [['Folder', 'a', 'a', 'b'] as const, ['Folder', 'b', 'b', 'a'] as const],
      path: '',
      name: 'db-01',
    },
  ])('gives the path of a VM $why', async ({ vm, above, path, name }) => {
    const [found] = await findVms(scriptedCalls(inventory(vm, above)), { moRef: 'vm-42' });
    expect(found).toMatchObject({ moRef: 'vm-42', inventoryPath: path, name });
  });

  it('does not take a folder at the path for a VM, and asks nothing about it', async () => {
    const calls = scriptedCalls(() => '<returnval type="Folder">group-v3</returnval>');
    expect(await findVms(calls, { inventoryPath: '/dc/vm' })).toEqual([]);
    expect(calls.made.map(({ method, args }) => [method, args])).toEqual([['FindByInventoryPath', { inventoryPath: 'dc/vm' }]]);
  });

  it('refuses a query that asks for nothing', async () => {
    await expect(
      findVms(
        scriptedCalls(() => ''),
        {},
      ),
    ).rejects.toMatchObject({ message: expect.stringContaining('needs one of') });
  });
});
