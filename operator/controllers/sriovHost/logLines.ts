/** What lines of a host's logs mean, as far as sources show them. Pure. */

/** Clocks of host and operator may differ by some minutes. */
const SLACK_MS = 10 * 60_000;

/** Lines begin with a time in ISO format; one without is taken for old. */
function since(lines: readonly string[], bootTime: Date): readonly string[] {
  return lines.filter((line) => {
    const time = Date.parse(/^\d{4}-\d\d-\d\dT[\d:.]+Z/.exec(line)?.[0] ?? '');
    return time >= bootTime.getTime() - SLACK_MS;
  });
}

/** `[esx.problem.net.vmnic.linkstate.flapping] Taking down physical NIC vmnic5 because the link is flapping.` (KB 324499, vobd.log) */
const FLAPPING = /Taking down physical NIC (vmnic\d+) because the link is flapping/;

/** Uplinks that ESXi took down in this boot. */
export function flappingUplinks(lines: readonly string[], bootTime: Date): readonly string[] {
  return [...new Set(since(lines, bootTime).flatMap((line) => FLAPPING.exec(line)?.[1] ?? []))].sort();
}

const DRIVER_ERROR = /<NMLX_ERR>.*$/;
const PCI_ADDRESS = /\b[0-9a-f]{4}:[0-9a-f]{2}:[01][0-9a-f](?:\.[0-7])?\b/gi;

/** Errors that the nmlx5 driver logged in this boot, from the mark on, the last one last; each once. */
export function driverErrors(lines: readonly string[], bootTime: Date): readonly string[] {
  const errors = since(lines, bootTime).flatMap((line) => DRIVER_ERROR.exec(line)?.[0].trim().slice(0, 300) ?? []);
  return [...new Set(errors)];
}

/** The last error that is about this adapter: one that names other functions only is not. */
export function lastErrorOf(errors: readonly string[], slot: string): string | undefined {
  return errors.findLast((error) => {
    const named = error.match(PCI_ADDRESS) ?? [];
    return named.length === 0 || named.some((address) => address.toLowerCase().startsWith(slot));
  });
}
