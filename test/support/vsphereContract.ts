/**
 * What every implementation of the vSphere API must do with operator/vsphere: the same cases against vcsim, against the simulated
 * fleet, and, where there is one, against a real server.
 */
import { afterAll, beforeAll, describe } from '@jest/globals';
import { type ContractWorld, createWorld, type VsphereContractTarget } from './vsphereContract/contractWorld.ts';
import { drsCases } from './vsphereContract/drsCases.ts';
import { inventoryCases } from './vsphereContract/inventoryCases.ts';
import { memoryCases } from './vsphereContract/memoryCases.ts';
import { powerCases } from './vsphereContract/powerCases.ts';
import { reconfigureCases } from './vsphereContract/reconfigureCases.ts';
import { relocationCases } from './vsphereContract/relocationCases.ts';
import { sessionCases } from './vsphereContract/sessionCases.ts';
import { settingCases } from './vsphereContract/settingCases.ts';

export type { VsphereContractTarget } from './vsphereContract/contractWorld.ts';

/** Registers the suite. `startTarget` is called once for it; the target is stopped at the end. */
export function vsphereContract(name: string, startTarget: () => Promise<VsphereContractTarget>): void {
  describe(`vSphere contract: ${name}`, () => {
    let started: ContractWorld | undefined;
    const world = (): ContractWorld => {
      if (started === undefined) {
        throw new Error('the target did not start');
      }
      return started;
    };

    beforeAll(async () => {
      started = await createWorld(await startTarget());
    }, 120_000);

    afterAll(() => started?.stop());

    inventoryCases(world);
    settingCases(world);
    memoryCases(world);
    powerCases(world);
    reconfigureCases(world);
    relocationCases(world);
    drsCases(world);
    sessionCases(world);
  });
}
