/** Rule: every declared BIOS attribute has its value. Staged before a restart that everything else shares, and tried once. */
import type { Problem } from '../../../api/types.ts';
import { type BiosValues, closeNames, differingAttributes, disabledSriovAttribute, sameBiosValue, typedLike } from '../biosAttributes.ts';
import type { ObservedBios } from '../observation.ts';
import type { Change, HostStep } from '../steps.ts';
import type { Blocked, PlanInput } from './input.ts';

export interface BiosWork {
  readonly steps: readonly HostStep[];
  readonly pending: readonly string[];
  /** Keeps the whole host: a restart now would have to be repeated once this is solved, or is a danger. */
  readonly blocked: Blocked | undefined;
  /** What a restart did not bring into effect; the rest of the host goes on. */
  readonly problem: Problem | undefined;
}

const NOTHING: BiosWork = { steps: [], pending: [], blocked: undefined, problem: undefined };

export function planBios(input: PlanInput): BiosWork {
  const declared = input.spec.bmc?.biosAttributes ?? {};
  const { bios } = input.observation;
  if (Object.keys(declared).length === 0 || bios === undefined) return NOTHING;
  if (!bios.known) return { ...NOTHING, blocked: { ...bios.because } };
  const { current } = bios.value;
  if (current === undefined) return { ...NOTHING, blocked: notSupported('shows no BIOS attributes') };
  const wrong = unknownAttribute(declared, current) ?? wrongType(declared, current);
  if (wrong !== undefined) return { ...NOTHING, blocked: wrong };
  const differing = differingAttributes(declared, current);
  if (differing.length === 0) return NOTHING;
  const refusal = bios.value.staged === undefined ? notSupported('does not let BIOS attributes be changed') : notEscrowed(input, differing);
  if (refusal !== undefined) return { ...NOTHING, blocked: refusal };
  return change(input, { ...bios.value, current }, differing);
}

function biosItem(name: string, value: string): string {
  return `bios/${name}=${value}`;
}

function change(
  input: PlanInput,
  { current, staged = {} }: ObservedBios & { readonly current: BiosValues },
  differing: readonly string[],
): BiosWork {
  const declared = input.spec.bmc?.biosAttributes ?? {};
  const wanted = differing.map((name) => ({ name, to: declared[name] ?? '', item: biosItem(name, declared[name] ?? '') }));
  const tried = wanted.filter(({ item }) => input.memory.tried[item] !== undefined);
  const values: Record<string, Change> = {};
  for (const { name, to, item } of wanted) {
    if (input.memory.tried[item] !== undefined || sameBiosValue(to, staged[name])) continue;
    values[name] = { from: String(current[name]), to };
  }
  return {
    steps: Object.keys(values).length === 0 ? [] : [{ kind: 'StageBiosAttributes', because: 'bios-attributes', values }],
    pending: wanted.map(({ item }) => item),
    blocked: undefined,
    problem: tried.length === 0 ? undefined : notActivated(tried, current),
  };
}

function notActivated(tried: readonly { readonly name: string; readonly to: string }[], current: BiosValues): Problem {
  const text = tried.map(({ name, to }) => `${name} is ${String(current[name])}, not ${to}`).join(', ');
  return {
    reason: 'BiosAttributeNotActivated',
    message: `BIOS attributes were staged and the host was restarted, but ${text}; look at the log of the BMC and in the BIOS set-up for what forbids it, then annotate the object with sriov.esxi.io/retry`,
  };
}

function unknownAttribute(declared: Readonly<Record<string, string>>, current: BiosValues): Blocked | undefined {
  const names = Object.keys(declared)
    .filter((name) => !Object.hasOwn(current, name))
    .sort();
  const [first] = names;
  if (first === undefined) return undefined;
  const close = [...new Set(names.flatMap((name) => closeNames(name, Object.keys(current))))];
  const hint = close.length === 0 ? 'its attribute registry on the BMC lists those that it has' : `close to it: ${close.join(', ')}`;
  return {
    reason: 'BiosAttributeUnknown',
    message: `the BIOS has no attribute ${names.join(', ')} (${hint}); correct spec.bmc.biosAttributes`,
  };
}

function wrongType(declared: Readonly<Record<string, string>>, current: BiosValues): Blocked | undefined {
  for (const name of Object.keys(declared).sort()) {
    const has = current[name];
    const to = declared[name] ?? '';
    if (has === undefined || typedLike(has, to) !== undefined) continue;
    const wanted = typeof has === 'number' ? `a number, now ${has}` : 'true or false';
    return {
      reason: 'BiosAttributeRefused',
      message: `the BIOS attribute ${name} is ${wanted}; correct '${to}' in spec.bmc.biosAttributes`,
    };
  }
  return undefined;
}

function notSupported(what: string): Blocked {
  return {
    reason: 'BiosNotSupported',
    message: `the BMC ${what}; set the attributes by hand in the BIOS set-up and remove spec.bmc.biosAttributes`,
  };
}

/** A sealed configuration may not unseal after a change of the BIOS, and then only the recovery key helps (KB 312109, KB 316424). */
function notEscrowed({ spec, observation }: PlanInput, differing: readonly string[]): Blocked | undefined {
  const { encryption } = observation;
  if (spec.bmc?.recoveryKeyEscrowed === true || encryption === undefined) return undefined;
  if (!encryption.known) return { ...encryption.because };
  if (encryption.value !== 'TPM') return undefined;
  return {
    reason: 'RecoveryKeyNotEscrowed',
    message: `a TPM seals the configuration of this host, and after changing ${differing.join(', ')} in its BIOS it may not boot without its recovery key; store the output of esxcli system settings encryption recovery list outside the host, then set spec.bmc.recoveryKeyEscrowed: true`,
  };
}

/** What to add to a message about missing virtual functions: the setting that is off, where the BMC can tell and nobody declared it. */
export function sriovAttributeHint({ spec, observation }: PlanInput): string {
  const current = observation.bios?.known === true ? observation.bios.value.current : undefined;
  const name = current === undefined ? undefined : disabledSriovAttribute(current);
  if (name === undefined || spec.bmc?.biosAttributes?.[name] !== undefined) return '';
  return `the BMC says that ${name} is ${String(current?.[name])}: declare spec.bmc.biosAttributes: {${name}: Enabled}, or `;
}
