/** Configuration of one adapter in non-volatile memory: Default, Current and Next of each parameter, as mlxconfig shows it. */
import { isKnownParameter, type ParameterDefinition, parametersOf, parseParameter } from './firmwareParameters.ts';
import type { AdapterModel } from './hostOptions.ts';

export interface FirmwareParameter {
  readonly definition: ParameterDefinition;
  readonly default: number;
  readonly current: number;
  readonly next: number;
}

export type SetProblem =
  | { readonly kind: 'unknown' | 'unsupported' | 'readOnly' | 'duplicate'; readonly name: string }
  | { readonly kind: 'badValue'; readonly name: string; readonly value: string }
  | { readonly kind: 'tooLarge' | 'tooSmall'; readonly name: string; readonly limit: number }
  /** Interrupt vectors: each is fine by itself, together they are too many. */
  | { readonly kind: 'constraint'; readonly name: string; readonly partners: readonly string[] };

export interface Assignment {
  readonly name: string;
  readonly value: string;
}

const MSIX_PARAMETERS = ['NUM_OF_VFS', 'NUM_VF_MSIX', 'NUM_PF_MSIX'];
const MAX_TOTAL_MSIX = 8192;

export class FirmwareConfig {
  readonly #definitions: ReadonlyMap<string, ParameterDefinition>;
  readonly #current: Map<string, number>;
  readonly #next: Map<string, number>;

  constructor(model: AdapterModel, initial: Readonly<Record<string, number>>) {
    const definitions = parametersOf(model);
    this.#definitions = new Map(definitions.map((definition) => [definition.name, definition]));
    this.#current = new Map(definitions.map((definition) => [definition.name, initial[definition.name] ?? definition.default]));
    this.#next = new Map(this.#current);
  }

  /** What `mlxconfig -e q` lists now. */
  list(): readonly FirmwareParameter[] {
    return [...this.#definitions.values()]
      .filter((definition) => this.#listed(definition))
      .map((definition) => this.#parameter(definition));
  }

  get(name: string): FirmwareParameter | undefined {
    const definition = this.#definitions.get(name);
    return definition === undefined || !this.#listed(definition) ? undefined : this.#parameter(definition);
  }

  /** In effect now, listed or not; 0 for what the card does not have. */
  current(name: string): number {
    return this.#current.get(name) ?? 0;
  }

  next(name: string): number {
    return this.#next.get(name) ?? 0;
  }

  /**
   * `mlxconfig set`: all or nothing. Dependencies are judged by the Next values stored in the device, not by the other words of the
   * same command (mstflint, setDevCfgWithParams): FORCE_ETH_PCI_SUBCLASS is refused together with ADVANCED_PCI_SETTINGS=1.
   */
  check(assignments: readonly Assignment[]): SetProblem | undefined {
    const seen = new Set<string>();
    for (const { name, value } of assignments) {
      const problem = seen.has(name) ? ({ kind: 'duplicate', name } as const) : this.#problem(name, value);
      if (problem !== undefined) {
        return problem;
      }
      seen.add(name);
    }
    return this.#constraint(assignments);
  }

  /** Only after `check` found nothing. */
  store(assignments: readonly Assignment[]): void {
    for (const { name, value } of assignments) {
      const definition = this.#definitions.get(name);
      const number = definition === undefined ? undefined : parseParameter(definition, value);
      if (number !== undefined) {
        this.#next.set(name, number);
      }
    }
  }

  /** A reset that loads the configuration; `stuck` parameters stay as they are. */
  activate(stuck: (name: string) => boolean): void {
    for (const [name, value] of this.#next) {
      if (!stuck(name)) {
        this.#current.set(name, value);
      }
    }
  }

  #problem(name: string, value: string): SetProblem | undefined {
    const definition = this.#definitions.get(name);
    if (definition === undefined || !this.#listed(definition)) {
      return { kind: isKnownParameter(name) ? 'unsupported' : 'unknown', name };
    }
    const number = parseParameter(definition, value);
    if (number === undefined) {
      return { kind: 'badValue', name, value };
    }
    if (definition.readOnly === true) {
      return { kind: 'readOnly', name };
    }
    if (definition.max !== undefined && number > definition.max) {
      return { kind: 'tooLarge', name, limit: definition.max };
    }
    return definition.min !== undefined && number < definition.min ? { kind: 'tooSmall', name, limit: definition.min } : undefined;
  }

  /** mlxconfig_host.db: num_pfs * (num_pf_msix + total_vfs * num_vf_msix) <= max_total_msix. */
  #constraint(assignments: readonly Assignment[]): SetProblem | undefined {
    const concerned = assignments.find(({ name }) => MSIX_PARAMETERS.includes(name));
    if (concerned === undefined) {
      return undefined;
    }
    const value = (name: string) => {
      const given = assignments.find((assignment) => assignment.name === name);
      const definition = this.#definitions.get(name);
      return (given === undefined || definition === undefined ? undefined : parseParameter(definition, given.value)) ?? this.next(name);
    };
    const vectors = value('NUM_OF_PF') * (value('NUM_PF_MSIX') + value('NUM_OF_VFS') * value('NUM_VF_MSIX'));
    const partners = MSIX_PARAMETERS.filter((name) => name !== concerned.name);
    return vectors > MAX_TOTAL_MSIX ? { kind: 'constraint', name: concerned.name, partners } : undefined;
  }

  #listed(definition: ParameterDefinition): boolean {
    return definition.advanced !== true || this.#next.get('ADVANCED_PCI_SETTINGS') === 1;
  }

  #parameter(definition: ParameterDefinition): FirmwareParameter {
    return { definition, default: definition.default, current: this.current(definition.name), next: this.next(definition.name) };
  }
}
