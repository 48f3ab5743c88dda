/** The kinds of this operator: names, schemas and the columns of kubectl get. */
import { sriovHostSpec } from '../schema/sriovHost.ts';
import { sriovHostStatus } from '../schema/sriovHostStatus.ts';
import { sriovVmAttachmentSpec } from '../schema/sriovVmAttachment.ts';
import { sriovVmAttachmentStatus } from '../schema/sriovVmAttachmentStatus.ts';
import type { KindDefinition, PrinterColumn } from './crd.ts';

const ready: PrinterColumn = {
  name: 'Ready',
  type: 'string',
  jsonPath: '.status.conditions[?(@.type=="Ready")].status',
  description: 'Whether everything is as declared.',
};
const progress: PrinterColumn = {
  name: 'Progress',
  type: 'string',
  jsonPath: '.status.progress',
  description: 'What happens now or what is waited for.',
};
const age: PrinterColumn = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
  description: 'Since when the object exists.',
};

export const SRIOV_HOST: KindDefinition = {
  kind: 'SriovHost',
  plural: 'sriovhosts',
  singular: 'sriovhost',
  shortName: 'srh',
  description: 'One bare-metal ESXi host and the SR-IOV state that it shall have: packages, firmware and virtual functions.',
  spec: sriovHostSpec,
  status: sriovHostStatus,
  columns: [
    ready,
    progress,
    { name: 'VFs', type: 'integer', jsonPath: '.status.vfs.present', description: 'Virtual functions that exist.' },
    { name: 'Desired', type: 'integer', jsonPath: '.status.vfs.desired', description: 'Virtual functions that are declared.' },
    {
      name: 'Restarts',
      type: 'integer',
      jsonPath: '.status.restarts.count',
      description: 'Restarts sent for this generation of the spec.',
    },
    { name: 'ESXi', type: 'string', jsonPath: '.status.esxi.version', description: 'Version of ESXi.', priority: 1 },
    age,
  ],
};

export const SRIOV_VM_ATTACHMENT: KindDefinition = {
  kind: 'SriovVmAttachment',
  plural: 'sriovvmattachments',
  singular: 'sriovvmattachment',
  shortName: 'sva',
  description: 'One virtual function of a SriovHost, or a whole physical function, for one virtual machine.',
  spec: sriovVmAttachmentSpec,
  status: sriovVmAttachmentStatus,
  columns: [
    ready,
    { name: 'VM', type: 'string', jsonPath: '.status.vm.name', description: 'The VM as found.' },
    { name: 'Host', type: 'string', jsonPath: '.spec.hostRef.name', description: 'The SriovHost.' },
    { name: 'Power', type: 'string', jsonPath: '.status.vm.powerState', description: 'Power state of the VM.' },
    { name: 'MAC', type: 'string', jsonPath: '.status.device.macAddress', description: 'MAC address of the card.' },
    { name: 'PF', type: 'string', jsonPath: '.status.device.physicalFunction', description: 'Physical function.', priority: 1 },
    { name: 'VF', type: 'string', jsonPath: '.status.device.virtualFunction', description: 'Virtual function.', priority: 1 },
    progress,
    age,
  ],
};

export const KINDS: readonly KindDefinition[] = [SRIOV_HOST, SRIOV_VM_ATTACHMENT];
