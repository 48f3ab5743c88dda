/** Every condition type that our kinds carry. docs/reasons.md is generated from this and the reason tables. */

export type ReasonKind = 'SriovHost' | 'SriovVmAttachment';

export interface ConditionTypeEntry {
  readonly type: string;
  readonly kinds: readonly ReasonKind[];
  /** Abnormal: `True` is the exception, as kstatus wants it for Reconciling and Stalled. */
  readonly polarity: 'Normal' | 'Abnormal';
  readonly summary: string;
}

export const CONDITION_TYPES = [
  {
    type: 'Ready',
    kinds: ['SriovHost', 'SriovVmAttachment'],
    polarity: 'Normal',
    summary: 'Everything is as declared. While it is not, the reason is that of the first thing in the way.',
  },
  {
    type: 'Reconciling',
    kinds: ['SriovHost', 'SriovVmAttachment'],
    polarity: 'Abnormal',
    summary: 'The operator is at work, or waits for something that comes by itself or for a person to allow it.',
  },
  {
    type: 'Stalled',
    kinds: ['SriovHost', 'SriovVmAttachment'],
    polarity: 'Abnormal',
    summary: 'The operator has stopped trying: only a change of the spec, of a Secret or of the host helps, or the retry annotation.',
  },
  {
    type: 'Reachable',
    kinds: ['SriovHost'],
    polarity: 'Normal',
    summary:
      'The host lets the operator in over SSH with the declared key and credentials, and so do vSphere and the BMC where they are needed.',
  },
  {
    type: 'SoftwareInstalled',
    kinds: ['SriovHost'],
    polarity: 'Normal',
    summary: 'Every declared VIB runs in the declared version or a newer one.',
  },
  {
    type: 'BiosConfigured',
    kinds: ['SriovHost'],
    polarity: 'Normal',
    summary: 'Every declared BIOS attribute has its declared value, not only staged for the next restart; True where none is declared.',
  },
  {
    type: 'AdaptersIdentified',
    kinds: ['SriovHost'],
    polarity: 'Normal',
    summary: 'Every declared adapter was found, once, with the ports that are declared for it.',
  },
  {
    type: 'FirmwareConfigured',
    kinds: ['SriovHost'],
    polarity: 'Normal',
    summary: 'Firmware version and firmware parameters are as declared and in effect, not only stored for the next restart.',
  },
  {
    type: 'VirtualFunctionsPresent',
    kinds: ['SriovHost'],
    polarity: 'Normal',
    summary: 'Every declared port has the declared number of virtual functions.',
  },
  {
    type: 'HostReady',
    kinds: ['SriovVmAttachment'],
    polarity: 'Normal',
    summary: 'The SriovHost exists, lets this namespace in, declares the adapter and port, and has virtual functions there.',
  },
  {
    type: 'VmFound',
    kinds: ['SriovVmAttachment'],
    polarity: 'Normal',
    summary: 'Exactly one VM fits, it is on the host and it can take a virtual function.',
  },
  {
    type: 'Attached',
    kinds: ['SriovVmAttachment'],
    polarity: 'Normal',
    summary: 'The card is in the VM as declared, all memory is reserved, and the power state is as it should be.',
  },
  {
    type: 'SubnetManagerReady',
    kinds: ['SriovVmAttachment'],
    polarity: 'Normal',
    summary:
      'Only on InfiniBand ports: a Subnet Manager with virtualization manages the subnet. With spec.subnetManager: the one in this VM runs as declared, as master or as standby.',
  },
  {
    type: 'LinkActive',
    kinds: ['SriovVmAttachment'],
    polarity: 'Normal',
    summary: 'Only on InfiniBand ports: the guest sees its link in state Active. Unknown until it is seen from inside (spec.guest).',
  },
] as const satisfies readonly ConditionTypeEntry[];

type Entry = (typeof CONDITION_TYPES)[number];
type TypeOf<K extends ReasonKind> = Entry extends infer E
  ? E extends { readonly kinds: readonly (infer Kinds)[]; readonly type: infer T }
    ? K extends Kinds
      ? T
      : never
    : never
  : never;

export type ConditionType = Entry['type'];
export type HostConditionType = TypeOf<'SriovHost'>;
export type AttachmentConditionType = TypeOf<'SriovVmAttachment'>;
