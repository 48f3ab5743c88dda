/** What happened to a host: the numbers that tests judge the operator by. */

export interface Restart {
  readonly at: Date;
  readonly kind: 'warm' | 'cold';
}

export class HostCounters {
  readonly restarts: Restart[] = [];
  /** Commands run over SSH, as they were sent. */
  readonly commands: string[] = [];
  burns = 0;
  /** Must stay 0: power went, or the host restarted, under running VMs. */
  powerCutsWithRunningVms = 0;
  restartsWithRunningVms = 0;
  firmwareSets = 0;
  moduleOptionSets = 0;
  passthroughSets = 0;
  vibInstalls = 0;
  biosStages = 0;
  /** Wrong passwords, and any password while the account is locked. */
  loginFailures = 0;
  /** MFT tools that ran while another one did: must stay 0 (MFT known issue 3500568). */
  overlappingMftCalls = 0;

  get sshExecs(): number {
    return this.commands.length;
  }

  get warmRestarts(): number {
    return this.restarts.filter((restart) => restart.kind === 'warm').length;
  }

  get coldRestarts(): number {
    return this.restarts.filter((restart) => restart.kind === 'cold').length;
  }

  /** Every write to the host's configuration: zero at rest. */
  get reconfigurations(): number {
    return this.firmwareSets + this.moduleOptionSets + this.passthroughSets + this.vibInstalls + this.biosStages + this.burns;
  }
}
