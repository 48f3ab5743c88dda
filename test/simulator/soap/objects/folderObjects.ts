/** Datacenters and folders as managed objects. */

import { type Ref, ref, refs, string } from '../wire/values.ts';
import { type ManagedObject, sameRef } from './managedObject.ts';
import type { FolderKind } from './naming.ts';
import { datacenterOf } from './networkObjects.ts';
import { entityName, type View } from './view.ts';

const FOLDER_KINDS: readonly FolderKind[] = ['vm', 'host', 'network', 'datastore'];

export function datacenterObjects(view: View, datacenter: string): readonly ManagedObject[] {
  const { naming } = view;
  const [vmFolder, hostFolder, networkFolder, datastoreFolder] = FOLDER_KINDS.map((kind) => naming.folder(kind, datacenter, []));
  const folderProperty = (folder: Ref | undefined) => () => (folder === undefined ? undefined : ref(folder));
  const own: ManagedObject = {
    ref: naming.datacenter(datacenter),
    properties: {
      name: () => string(entityName(datacenterName(view, datacenter))),
      parent: () => ref(naming.rootFolder()),
      vmFolder: folderProperty(vmFolder),
      hostFolder: folderProperty(hostFolder),
      networkFolder: folderProperty(networkFolder),
      datastoreFolder: folderProperty(datastoreFolder),
      network: () =>
        refs(
          view
            .networks()
            .filter((network) => datacenterOf(network) === datacenter)
            .map((network) => naming.network(network)),
        ),
    },
  };
  return [own, ...topFolders(view, datacenter), ...vmFolders(view, datacenter)];
}

/** A host's own API calls its one datacenter always the same. */
export function datacenterName(view: View, datacenter: string): string {
  return view.apiType === 'HostAgent' ? 'ha-datacenter' : datacenter;
}

function topFolders(view: View, datacenter: string): readonly ManagedObject[] {
  const { naming } = view;
  const hosts = () => view.hosts().filter((host) => host.datacenter === datacenter);
  const parent = naming.datacenter(datacenter);
  const networks = () => [
    ...view
      .networks()
      .filter((network) => datacenterOf(network) === datacenter)
      .map((network) => naming.network(network)),
    ...view
      .switches()
      .filter((one) => one.datacenter === datacenter)
      .map((one) => naming.switch(one)),
  ];
  return [
    folderObject({
      own: naming.folder('host', datacenter, []),
      name: 'host',
      parent,
      children: () => uniqueRefs(hosts().map((host) => naming.compute(host))),
    }),
    folderObject({ own: naming.folder('network', datacenter, []), name: 'network', parent, children: networks }),
    folderObject({ own: naming.folder('datastore', datacenter, []), name: 'datastore', parent, children: () => [] }),
  ];
}

/** The `vm` folder and all folders beneath it; a host's own API knows only the first. */
function vmFolders(view: View, datacenter: string): readonly ManagedObject[] {
  const { naming } = view;
  const paths = new Map<string, readonly string[]>([['', []]]);
  for (const vm of vmsIn(view, datacenter)) {
    for (let depth = 1; depth <= folderPath(view, vm.folders).length; depth++) {
      const path = vm.folders.slice(0, depth);
      paths.set(path.join('/'), path);
    }
  }
  return [...paths.values()].map((path) => {
    const own = naming.folder('vm', datacenter, path);
    const parent = path.length === 0 ? naming.datacenter(datacenter) : naming.folder('vm', datacenter, path.slice(0, -1));
    const folders = [...paths.values()].filter((other) => other.length === path.length + 1 && startsWith(other, path));
    return folderObject({
      own,
      name: path.at(-1) ?? 'vm',
      parent,
      children: () => [
        ...folders.map((other) => naming.folder('vm', datacenter, other)),
        ...vmsIn(view, datacenter)
          .filter((vm) => sameRef(naming.folder('vm', datacenter, folderPath(view, vm.folders)), own))
          .map((vm) => naming.vm(vm)),
      ],
    });
  });
}

/** Folders of a VM as this endpoint shows them. */
export function folderPath(view: View, folders: readonly string[]): readonly string[] {
  return view.apiType === 'HostAgent' ? [] : folders;
}

function vmsIn(view: View, datacenter: string) {
  return view.vms().filter((vm) => view.inventory.host(vm.hostId)?.datacenter === datacenter);
}

interface FolderSpec {
  readonly own: Ref;
  readonly name: string;
  readonly parent: Ref | undefined;
  readonly children: () => readonly Ref[];
}

export function folderObject({ own, name, parent, children }: FolderSpec): ManagedObject {
  return {
    ref: own,
    properties: {
      name: () => string(entityName(name)),
      parent: () => (parent === undefined ? undefined : ref(parent)),
      childEntity: () => refs(children()),
    },
  };
}

function startsWith(path: readonly string[], prefix: readonly string[]): boolean {
  return prefix.every((name, index) => path[index] === name);
}

function uniqueRefs(list: readonly Ref[]): readonly Ref[] {
  return list.filter((one, index) => list.findIndex((other) => sameRef(one, other)) === index);
}
