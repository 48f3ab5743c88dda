/** Faults of vim25 that say something of the moment, and nothing of what was asked for: the same request may succeed at the next look. */
export const MOMENTARY_FAULTS: ReadonlySet<unknown> = new Set([
  // Somebody else is at the VM, or was a moment ago.
  'TaskInProgress',
  'ConcurrentAccess',
  'InvalidPowerState',
  // The host is away, for example in a restart.
  'HostNotConnected',
  'HostNotReachable',
  // The session ended between two requests; the next one logs in.
  'NotAuthenticated',
]);
