/** Parameters of nmlx5_core with their many-line descriptions (NVIDIA driver manual; complete table not public). */

interface ModuleParameter {
  readonly name: string;
  readonly type: string;
  readonly description: string;
}

function described(text: string, values: string, byDefault: string): string {
  return `${text}\n  Values : ${values}\n  Default: ${byDefault}`;
}

export const MODULE_PARAMETERS: readonly ModuleParameter[] = [
  {
    name: 'DRSS',
    type: 'uint',
    description: described('Number of hardware queues for Default Queue (DEFQ) RSS', '2-16, power of 2, 0 - disabled', '0'),
  },
  { name: 'DYN_RSS', type: 'uint', description: described('Dynamic RSS', '0 - off, 1 - on', '1') },
  { name: 'GEN_RSS', type: 'uint', description: described('Generic RSS', '0 - 3', '2') },
  { name: 'RSS', type: 'uint', description: described('Number of hardware queues for NetQ RSS', '2-16, 0 - disabled', '4') },
  { name: 'ecn', type: 'uint', description: described('Enable the ECN feature', '1 - enable, 0 - disable', '1') },
  { name: 'enable_nmlx_debug', type: 'int', description: described('Enable debug prints', '1 - enable, 0 - disable', '0') },
  {
    name: 'max_vfs',
    type: 'array of uint',
    description: described(
      'Number of PCI VFs to initialize',
      "Array of 'uint' of range 0-128, May be limited by device, 0 - disabled",
      '0',
    ),
  },
  { name: 'max_queues', type: 'uint', description: described('Maximum number of queues for each port', '1-64', '16') },
  { name: 'pfcrx', type: 'int', description: described('Priority based Flow Control policy on RX', '0-255', '0') },
  { name: 'pfctx', type: 'int', description: described('Priority based Flow Control policy on TX', '0-255', '0') },
  { name: 'trust_state', type: 'uint', description: described('Port policy to calculate the switch priority', '1 - PCP, 2 - DSCP', '1') },
];
