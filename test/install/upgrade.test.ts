/**
 * From the chart of the version before, kept as it was packaged, to this one and back, over objects that live on; and what is left when it goes.
 * The program is always that of this version, and runs only with its own CRDs: the image of the version before is not kept.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ATTACHMENT_FINALIZER } from '../../operator/api/group.ts';
import type { SimHost } from '../simulator/fleet.ts';
import type { SimVm } from '../simulator/world/vm.ts';
import { attachmentManifest } from '../support/lab/manifests.ts';
import { CHART, objectsOf, type Rendered } from './support/helm.ts';
import { BUILD_MS, type Installation, NAME, NAMESPACE, STEP_MS, startInstallation } from './support/installation.ts';

const PREVIOUS = join(import.meta.dirname, 'fixtures/esxi-sriov-operator-0.1.0.tgz');
const TENANT = 'tenant-a';
const CRD = 'sriovvmattachments.sriov.esxi.io';
const KEEP_VALUES = '--reset-then-reuse-values';

let stage: Installation;
let host: SimHost;
let vm: SimVm;

beforeAll(async () => {
  stage = await startInstallation([TENANT]);
  await stage.helmed(['install', 'sriov', PREVIOUS], { ...stage.values, watchNamespaces: [TENANT] });
  await stage.api.kubectl(['wait', '--for=condition=Established', '--timeout=30s', 'crd', CRD]);
  host = await stage.addHost('esx-a', TENANT);
  vm = stage.vsphere.inventory.addVm({ name: 'db-01', hostId: host.world.id });
  await attach();
}, BUILD_MS);
afterAll(async () => await stage.stop(), STEP_MS);

async function attach(): Promise<void> {
  await stage.apply(attachmentManifest({ namespace: TENANT, name: 'db-01', host: 'esx-a', spec: {} }));
}

/** Host and attachment. */
async function untilReady(): Promise<void> {
  const observer = await stage.observer();
  const ready = { type: 'Ready', status: 'True', timeoutMs: 90_000 } as const;
  await observer.untilCondition('SriovHost', `${TENANT}/esx-a`, ready);
  await observer.untilCondition('SriovVmAttachment', `${TENANT}/db-01`, ready);
}

/** What people would notice: restarts of the host, changes of the VM. */
const noticed = (): object => ({ restarts: host.world.counters.restarts.length, reconfigures: vm.counters.reconfigures });

/** Starts the operator and waits until it has looked at the host and says that everything is as declared. */
async function untilLookedAt(): Promise<void> {
  const before = host.world.counters.sshExecs;
  const operator = await stage.startOperator();
  const deadline = Date.now() + 90_000;
  while (host.world.counters.sshExecs === before) {
    if (Date.now() > deadline) throw new Error(`the operator did not look at the host:\n${operator.output().slice(-2000)}`);
    await sleep(50);
  }
  await untilReady();
}

/** The CRD as the cluster has it, and as this chart renders it. */
async function storedAndRendered(): Promise<readonly [Rendered | undefined, Rendered | undefined]> {
  const rendered = objectsOf(await stage.helmed(['get', 'manifest', 'sriov'])).find(({ metadata }) => metadata.name === CRD);
  return [await stage.found('crd', CRD), rendered];
}

const schemaOf = (crd: Rendered | undefined): string => {
  const { versions = [] } = (crd?.['spec'] ?? {}) as { readonly versions?: readonly { readonly schema: object }[] };
  return JSON.stringify(versions[0]?.schema, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort()) : value,
  );
};

const versionOf = async (): Promise<string | undefined> =>
  (await stage.found('deployment', NAME, NAMESPACE))?.metadata.labels?.['app.kubernetes.io/version'];
const specOf = async (kind: string, name: string): Promise<unknown> => (await stage.found(kind, name, TENANT))?.['spec'];

describe('from the previous version', () => {
  it(
    'everything is upgraded, the CRDs too, and objects that were there before get ready',
    async () => {
      const old = schemaOf(await stage.found('crd', CRD));
      expect(await versionOf()).toBe('0.1.0');
      await stage.helmed(['upgrade', 'sriov', CHART, KEEP_VALUES]);
      const [stored, rendered] = await storedAndRendered();
      expect(schemaOf(stored)).toBe(schemaOf(rendered));
      expect(schemaOf(stored)).not.toBe(old);
      expect(await versionOf()).not.toBe('0.1.0');
      await untilLookedAt();
      expect(noticed()).toEqual({ restarts: 1, reconfigures: 1 });
      expect(await stage.refused()).toEqual([]);
    },
    STEP_MS * 2,
  );

  it(
    'a roll-back and another upgrade leave every spec as it is, and neither host nor VM notices',
    async () => {
      const specs = [await specOf('srh', 'esx-a'), await specOf('sva', 'db-01')];
      const before = noticed();
      expect(await stage.stopOperator()).toBe(0);
      await stage.helmed(['rollback', 'sriov', '1']);
      expect(await versionOf()).toBe('0.1.0');
      expect((await stage.api.kubectl(['get', 'validatingadmissionpolicy', '-o', 'name'])).stdout).toBe('');
      await stage.helmed(['upgrade', 'sriov', CHART, KEEP_VALUES]);
      await untilLookedAt();
      expect([await specOf('srh', 'esx-a'), await specOf('sva', 'db-01')]).toEqual(specs);
      expect(noticed()).toEqual(before);
    },
    STEP_MS * 2,
  );
});

function finalizersOf(object: Rendered | undefined): readonly string[] {
  const { finalizers = [] } = (object?.metadata ?? {}) as { readonly finalizers?: readonly string[] };
  return finalizers;
}

describe('an uninstallation', () => {
  it(
    'in the documented order leaves nothing stuck',
    async () => {
      const gone = await stage.api.kubectl(['delete', 'sva', '--all', '-n', TENANT, '--timeout=60s']);
      expect(gone).toMatchObject({ code: 0 });
      expect(vm.devices.filter(({ kind }) => kind === 'Sriov')).toEqual([]);
      expect(await stage.stopOperator()).toBe(0);
      await stage.helmed(['uninstall', 'sriov']);
      const object = await stage.found('srh', 'esx-a', TENANT);
      expect(finalizersOf(object)).toEqual([]);
    },
    STEP_MS,
  );

  it(
    'with an attachment left keeps its promise: the object waits for an operator that takes the card out',
    async () => {
      await stage.helmed(['install', 'sriov', CHART], { ...stage.values, watchNamespaces: [TENANT] });
      await stage.startOperator();
      await attach();
      await untilReady();
      expect(await stage.stopOperator()).toBe(0);
      await stage.helmed(['uninstall', 'sriov']);
      await stage.api.kubectl(['delete', 'sva', 'db-01', '-n', TENANT, '--wait=false']);
      const left = await stage.found('sva', 'db-01', TENANT);
      expect(finalizersOf(left)).toEqual([ATTACHMENT_FINALIZER]);
      await stage.helmed(['install', 'sriov', CHART], { ...stage.values, watchNamespaces: [TENANT] });
      await stage.startOperator();
      const observer = await stage.observer();
      await observer.until('SriovVmAttachment', `${TENANT}/db-01`, (object) => object === undefined, { what: 'being gone' });
      expect(vm.devices.filter(({ kind }) => kind === 'Sriov')).toEqual([]);
    },
    STEP_MS,
  );
});
