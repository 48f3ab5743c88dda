/** Plays a story over and over, with a crash of the operator after each of its writes in turn: to Kubernetes, to vSphere or into a guest. */
import { expect } from '@jest/globals';
import { Crash, CrashPoint } from '../../support/world/crashPoint.ts';
import type { Scene } from './scene.ts';

export interface CrashStory<S extends Scene = Scene> {
  readonly why: string;
  readonly scene: () => Promise<S>;
  /** What happens while writes are counted. */
  readonly begin: (scene: S) => void;
  /** Writes that a crash may come after; default 3. */
  readonly leastWrites?: number;
}

/** Expects the same ending whichever write the operator dies after. Resolves with the scene of the play without a crash. */
export async function expectSameEnding<S extends Scene>(story: CrashStory<S>, ending: (scene: S) => unknown): Promise<S> {
  const { scene: calm } = await play(story, 0);
  const expected = ending(calm);
  let crashes = 0;
  for (let k = 1; k < 60; k += 1) {
    const { scene, crashed } = await play(story, k);
    if (!crashed) break;
    crashes += 1;
    expect({ k, end: ending(scene) }).toEqual({ k, end: expected });
  }
  expect(crashes).toBeGreaterThanOrEqual(story.leastWrites ?? 3);
  return calm;
}

/** `crashAfter`: number of the write; 0 for none. */
async function play<S extends Scene>(
  { scene: build, begin }: CrashStory<S>,
  crashAfter: number,
): Promise<{ readonly scene: S; readonly crashed: boolean }> {
  const scene = await build();
  begin(scene);
  const point = new CrashPoint(crashAfter);
  let crashed = false;
  const mayCrash = (): void => {
    try {
      point.passed();
    } catch (error) {
      crashed = true;
      scene.crash(error as Crash);
    }
  };
  scene.cluster.afterWrite = mayCrash;
  scene.vsphere.afterWrite = mayCrash;
  try {
    await scene.settle();
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
    scene.restart();
    await scene.settle();
  }
  return { scene, crashed };
}
