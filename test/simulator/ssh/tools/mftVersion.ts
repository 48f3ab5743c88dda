/** Which generation of MFT a host runs: its output layouts depend on it. */
import type { HostWorld } from '../../world/hostWorld.ts';

export function mftAtLeast(world: HostWorld, major: number, minor: number): boolean {
  const [ours = 0, oursMinor = 0] = world.mft.version.split('.').map(Number);
  return ours > major || (ours === major && oursMinor >= minor);
}
