/** The inventory of a server in memory: the watched properties of all objects, and what was read of some of them. */
import { isDeepStrictEqual } from 'node:util';
import type { EvacuationFacts, Vm, VmQuery, VmSummary, VsphereHost, VsphereNetwork } from '../../ports/vsphere.ts';
import { entityName, isNamed } from '../entityName.ts';
import type { Ref } from '../xmlNode.ts';
import { Memo } from './memo.ts';
import type { ObjectUpdate } from './objectUpdates.ts';

type Values = ReadonlyMap<string, string>;

interface Watched {
  readonly ref: Ref;
  readonly values: Values;
}

export interface ObjectChange {
  readonly ref: Ref;
  /** Undefined: the object is new. */
  readonly before: Values | undefined;
  /** Undefined: the object is gone. */
  readonly after: Values | undefined;
}

export class Inventory {
  /** Told by whoever follows the server: false until all objects are known, and while the server is out of reach. */
  inSync = false;
  readonly vms = new Memo<Vm>(showsItsFunctions);
  readonly vmsOfHost = new Memo<readonly Vm[]>((vms) => vms.every(showsItsFunctions));
  readonly hosts = new Memo<VsphereHost>();
  readonly networks = new Memo<readonly VsphereNetwork[]>();
  /** By host: its cluster and what DRS does there. */
  readonly clusters = new Memo<EvacuationFacts>();
  rootFolder = '';
  #objects = new Map<string, Watched>();
  /** VMs by their name as people write it. */
  #named = new Map<string, Map<string, Ref>>();

  /** Everything that there is now, after a first or a new start. Objects that are as they were keep what was read of them. */
  replace(updates: readonly ObjectUpdate[]): readonly ObjectChange[] {
    const before = this.#objects;
    this.#objects = new Map();
    this.#named = new Map();
    for (const update of updates) this.#apply(update);
    const gone = [...before.values()].filter(({ ref }) => !this.#objects.has(keyOf(ref)));
    const changes = [
      ...[...this.#objects.values()].map(({ ref, values }) => ({ ref, before: before.get(keyOf(ref))?.values, after: values })),
      ...gone.map(({ ref, values }) => ({ ref, before: values, after: undefined })),
    ].filter(isChange);
    for (const change of changes) this.#forget(change);
    return changes;
  }

  update(updates: readonly ObjectUpdate[]): readonly ObjectChange[] {
    const changes = updates.map((update) => this.#apply(update)).filter(isChange);
    for (const change of changes) this.#forget(change);
    return changes;
  }

  refs(kind: string): readonly Ref[] {
    return [...this.#objects.values()].flatMap(({ ref }) => (ref.kind === kind ? [ref] : []));
  }

  has(kind: string, value: string): boolean {
    return this.#objects.has(keyOf({ kind, value }));
  }

  /** Letters of either case are the same, as in names of the DNS. */
  hostsNamed(name: string): readonly Ref[] {
    const wanted = name.toLowerCase();
    return this.refs('HostSystem').filter((ref) => entityName(this.#value(ref, 'name')).toLowerCase() === wanted);
  }

  vmsNamed(name: string): readonly Ref[] {
    const refs = [...(this.#named.get(entityName(name))?.values() ?? [])];
    return refs.filter((ref) => isNamed(this.#value(ref, 'name'), name));
  }

  /** Undefined: not to be told from memory, ask the server. */
  findVms(query: VmQuery): readonly VmSummary[] | undefined {
    const found = this.#candidates(query).filter((ref) => this.#fits(ref, query));
    if (found.length === 0 && query.name === undefined) return undefined;
    const summaries = found.map((ref) => this.summary(ref));
    return summaries.every((summary) => summary !== undefined) ? summaries : undefined;
  }

  /** Undefined where the way up to the root folder is not known: the VM of a vApp, or an account that may not see a folder. */
  summary(ref: Ref): VmSummary | undefined {
    const inventoryPath = this.#inventoryPath(ref);
    if (inventoryPath === undefined) return undefined;
    return {
      moRef: ref.value,
      name: entityName(this.#value(ref, 'name')),
      inventoryPath,
      instanceUuid: this.#value(ref, 'config.instanceUuid') ?? '',
      hostMoRef: this.#value(ref, 'runtime.host'),
    };
  }

  #candidates({ name, inventoryPath, moRef }: VmQuery): readonly Ref[] {
    if (moRef !== undefined) return this.has('VirtualMachine', moRef) ? [{ kind: 'VirtualMachine', value: moRef }] : [];
    const wanted = name ?? inventoryPath?.replace(/^.*\//, '');
    return wanted === undefined ? this.refs('VirtualMachine') : this.vmsNamed(wanted);
  }

  #fits(ref: Ref, { name, inventoryPath, instanceUuid, moRef }: VmQuery): boolean {
    if (moRef !== undefined) return ref.value === moRef;
    if (instanceUuid !== undefined) return this.#value(ref, 'config.instanceUuid')?.toLowerCase() === instanceUuid.toLowerCase();
    if (inventoryPath !== undefined) return this.#inventoryPath(ref) === `/${inventoryPath.replace(/^\/+/, '')}`;
    return name !== undefined && isNamed(this.#value(ref, 'name'), name);
  }

  #inventoryPath(ref: Ref): string | undefined {
    if (this.#value(ref, 'parentVApp') !== undefined) return undefined;
    const names = [this.#value(ref, 'name') ?? ''];
    let current = this.#value(ref, 'parent');
    while (current !== this.rootFolder) {
      const entity = this.#objects.get(`Folder:${current}`) ?? this.#objects.get(`Datacenter:${current}`);
      if (entity === undefined || names.length > 100) return undefined;
      names.unshift(entity.values.get('name') ?? '');
      current = entity.values.get('parent');
    }
    return `/${names.join('/')}`;
  }

  #value(ref: Ref, path: string): string | undefined {
    return this.#objects.get(keyOf(ref))?.values.get(path);
  }

  #apply({ ref, gone, values }: ObjectUpdate): ObjectChange {
    const key = keyOf(ref);
    const before = this.#objects.get(key)?.values;
    this.#nameless(ref, before);
    if (gone) {
      this.#objects.delete(key);
      return { ref, before, after: undefined };
    }
    const after = new Map(before);
    for (const [path, value] of values) {
      if (value === undefined) after.delete(path);
      else after.set(path, value);
    }
    this.#objects.set(key, { ref, values: after });
    this.#index(ref, after);
    return { ref, before, after };
  }

  #index(ref: Ref, values: Values): void {
    if (ref.kind !== 'VirtualMachine') return;
    const name = entityName(values.get('name'));
    const refs = this.#named.get(name) ?? new Map<string, Ref>();
    this.#named.set(name, refs.set(ref.value, ref));
  }

  #nameless(ref: Ref, values: Values | undefined): void {
    const name = entityName(values?.get('name'));
    const refs = this.#named.get(name);
    if (ref.kind === 'VirtualMachine' && refs?.delete(ref.value) === true && refs.size === 0) this.#named.delete(name);
  }

  #forget({ ref, before, after }: ObjectChange): void {
    switch (ref.kind) {
      case 'VirtualMachine':
        this.vms.forget(ref.value);
        for (const values of [before, after]) this.vmsOfHost.forget(values?.get('runtime.host') ?? '');
        break;
      case 'HostSystem':
        this.hosts.forget(ref.value);
        this.networks.forget(ref.value);
        this.clusters.forgetAll();
        break;
      case 'ClusterComputeResource':
        this.clusters.forgetAll();
        break;
      case 'Folder':
      case 'Datacenter':
        break;
      default:
        this.networks.forgetAll();
    }
  }
}

/** The function behind a card appears with the power-on, and no version of the configuration tells of it. */
function showsItsFunctions({ powerState, sriovCards }: Vm): boolean {
  return powerState !== 'poweredOn' || sriovCards.every(({ virtualFunction }) => virtualFunction !== undefined);
}

function isChange({ before, after }: ObjectChange): boolean {
  return !isDeepStrictEqual(before, after);
}

function keyOf({ kind, value }: Ref): string {
  return `${kind}:${value}`;
}
