/** Spec of SriovHost: one bare-metal ESXi host and the SR-IOV state that it shall have. */
import { z } from 'zod';
import { address, caBundle, certificateFingerprint, oneTrust, secretRef } from './common.ts';
import { adapter, uniqueSelector } from './hostAdapter.ts';
import { hostAttachments } from './hostAttachments.ts';
import { biosAttributes, recoveryKeyEscrowed } from './hostBios.ts';
import { deletionPolicy } from './hostOperations.ts';
import { adapterDenyList, deniedAndDeclared, installOnImageManagedHost } from './hostSafety.ts';
import { software } from './hostSoftware.ts';
import { runningVms, vmShutdownTimeoutSeconds } from './hostVms.ts';
import { atomicList, cel, listMap, matching } from './rules.ts';

const esxi = z
  .object({
    address,
    sshPort: z.int().min(1).max(65535).default(22).meta({ format: 'int32', description: 'Port of its SSH server.' }),
    credentialsSecretRef: secretRef.meta({
      description: 'Secret with username and password, ssh-privatekey (RSA or ECDSA), or both.',
    }),
    hostKeyFingerprints: z
      .array(
        matching({
          pattern: /^SHA256:[A-Za-z0-9+/]{43}$/,
          mustBe:
            'the SHA-256 fingerprint of an SSH host key: write SHA256: and the 43 characters that ssh-keygen -lf /etc/ssh/ssh_host_rsa_key.pub prints on the host',
          description: 'SHA-256 fingerprint of a host key.',
        }),
      )
      .max(8)
      .optional()
      .meta({
        description: 'Accepted SSH host keys, as `ssh-keygen -lf` prints them. Several allow a rotation.',
        ...atomicList,
      }),
    trustOnFirstUse: z
      .boolean()
      .optional()
      .meta({ description: 'Accept the first host key seen and pin it in status.esxi.hostKeyFingerprint from then on.' }),
  })
  .meta({
    description: 'How to reach the host itself.',
    ...cel({
      rule: '(has(self.hostKeyFingerprints) && self.hostKeyFingerprints.size() > 0) != (has(self.trustOnFirstUse) && self.trustOnFirstUse)',
      message:
        'set either hostKeyFingerprints (get them on the host: ssh-keygen -lf /etc/ssh/ssh_host_rsa_key.pub) or trustOnFirstUse: true',
    }),
  });

const vsphere = z
  .object({
    server: matching({
      pattern: /^([A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_.])?|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$/,
      mustBe: 'a server: write name or name:port without https:// and path (IPv6 in brackets), for example vcenter.example.com',
      description: 'vCenter that owns the host, or the host itself: name or name:port.',
      maxLength: 260,
    }),
    credentialsSecretRef: secretRef.meta({ description: 'Secret with username and password.' }),
    certificateFingerprint: certificateFingerprint.optional(),
    caBundle: caBundle.optional(),
  })
  .meta({
    description:
      'vSphere API to use for the VMs of this host. Left out: the host’s own, with the credentials of esxi and the system’s certificate authorities.',
    ...cel(oneTrust),
  });

const bmc = z
  .object({
    systemUrl: matching({
      pattern:
        /^https?:\/\/([A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_.])?|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?\/redfish\/v1\/Systems\/[^/?#\s]+\/?$/,
      mustBe:
        'the URL of a Redfish ComputerSystem: open /redfish/v1/Systems on the BMC and take the member that is this host, for example https://bmc-01.example.com/redfish/v1/Systems/1',
      description: 'Redfish ComputerSystem of the host, for example https://bmc-01.example.com/redfish/v1/Systems/1.',
      maxLength: 2048,
    }),
    credentialsSecretRef: secretRef.meta({ description: 'Secret with username and password.' }),
    certificateFingerprint: certificateFingerprint.optional(),
    caBundle: caBundle.optional(),
    biosAttributes: biosAttributes.optional(),
    recoveryKeyEscrowed,
  })
  .meta({
    description:
      'Baseboard management controller: lets the operator power-cycle the host, which some firmware settings need, and set BIOS attributes.',
    ...cel(oneTrust),
  });

const disruption = z
  .object({
    approval: z.enum(['Automatic', 'Required']).default('Automatic').meta({
      description: 'Required: nothing disruptive happens before the annotation sriov.esxi.io/approve carries status.plan.hash.',
    }),
    runningVms,
    vmShutdownTimeoutSeconds,
    maxRestarts: z
      .int()
      .min(0)
      .max(20)
      .default(4)
      .meta({ format: 'int32', description: 'Most restarts for one generation of this spec; beyond it the host is Stalled.' }),
    maintenanceTimeoutSeconds: z
      .int()
      .min(30)
      .max(86400)
      .default(600)
      .meta({ format: 'int32', description: 'How long entering maintenance mode may take.' }),
    restartTimeoutSeconds: z.int().min(10).max(14400).default(1800).meta({
      format: 'int32',
      description: 'How long a restarted host may stay away before it is reported as not coming back.',
    }),
    forceOff: z.enum(['Never', 'AfterCleanShutdownTimedOut']).default('Never').meta({
      description:
        'Whether the power of a host may be cut that was told to shut down for a power cycle and has not. Its configuration is saved before.',
    }),
    cleanShutdownTimeoutSeconds: z.int().min(10).max(14400).default(600).meta({
      format: 'int32',
      description: 'How long a clean shutdown for a power cycle may take, from the command to power off.',
    }),
  })
  .default({
    approval: 'Automatic',
    runningVms: 'Block',
    vmShutdownTimeoutSeconds: 300,
    maxRestarts: 4,
    maintenanceTimeoutSeconds: 600,
    restartTimeoutSeconds: 1800,
    forceOff: 'Never',
    cleanShutdownTimeoutSeconds: 600,
  })
  .meta({ description: 'What the operator may take from the host, and when.' });

export const sriovHostSpec = z
  .object({
    esxi,
    vsphere: vsphere.optional(),
    bmc: bmc.optional(),
    software: z
      .array(software)
      .max(16)
      .default([])
      .meta({ description: 'VIBs that the host shall have: driver, nmst and mft.', ...listMap('name') }),
    adapters: z
      .array(adapter)
      .min(1)
      .max(16)
      .meta({
        description: 'ConnectX adapters to configure. Others are left exactly as they are.',
        ...listMap('name'),
        ...cel(uniqueSelector('macAddress'), uniqueSelector('pciAddress'), uniqueSelector('vmnic')),
      }),
    adapterDenyList,
    installOnImageManagedHost,
    disruption,
    attachments: hostAttachments,
    mode: z.enum(['Enforce', 'Observe']).default('Enforce').meta({ description: 'Observe: plan and report, never write to the host.' }),
    deletionPolicy,
  })
  .meta({ description: 'What the host shall be.', ...cel(...deniedAndDeclared) });
