/** The smallest objects that the API server takes, and edits of them by path. */

export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };
type Tree = Record<string, Value>;

export const smallestHost: Tree = {
  esxi: { address: 'esx-01.example.com', credentialsSecretRef: { name: 'esx-01' }, trustOnFirstUse: true },
  adapters: [{ name: 'fabric0', selector: { macAddress: 'b8:59:9f:aa:bb:cc' }, ports: [{ number: 1, vfs: 8 }] }],
};

export const smallestAttachment: Tree = {
  hostRef: { name: 'esx-01' },
  vm: { name: 'db-01' },
  function: { adapter: 'fabric0' },
  network: { portGroup: 'VM Network' },
};

/** New values by path (`adapters.0.name`); undefined takes the field away. */
export type Edits = Readonly<Record<string, Value | undefined>>;

/** A copy of `spec` with the edits. Objects on the way are made where they are missing. */
export function edited(spec: Tree, edits: Edits): Tree {
  const copy = structuredClone(spec);
  for (const [path, value] of Object.entries(edits)) put(copy, path.split('.'), value);
  return copy;
}

function put(target: Tree, path: readonly string[], value: Value | undefined): void {
  const [key = '', ...rest] = path;
  if (rest.length > 0) {
    target[key] ??= {};
    put(target[key] as Tree, rest, value);
  } else if (value === undefined) delete target[key];
  else target[key] = value;
}

export function hostObject(name: string, edits: Edits = {}): Tree {
  return {
    apiVersion: 'sriov.esxi.io/v1alpha1',
    kind: 'SriovHost',
    metadata: { name, namespace: 'default' },
    spec: edited(smallestHost, edits),
  };
}

export function attachmentObject(name: string, edits: Edits = {}): Tree {
  return {
    apiVersion: 'sriov.esxi.io/v1alpha1',
    kind: 'SriovVmAttachment',
    metadata: { name, namespace: 'default' },
    spec: edited(smallestAttachment, edits),
  };
}
