/** SriovHost: one bare-metal ESXi host and the SR-IOV state that it shall have. */
import { z } from 'zod';
import {
  atomicList,
  caBundle,
  cel,
  certificateFingerprint,
  conditions,
  dnsName,
  journal,
  listMap,
  macAddress,
  pciAddress,
  planStep,
  problem,
  secretRef,
  sha256,
} from './common.ts';

const vibSource = z
  .object({
    vib: z.string().min(1).max(2048).optional().meta({
      description: 'One .vib: an absolute path on the host (/vmfs/volumes/...) or a URL that the host can fetch (esxcli software vib install -v).',
    }),
    depot: z.string().min(1).max(2048).optional().meta({
      description: 'An offline bundle .zip: an absolute path on the host or a URL that the host can fetch (esxcli software vib install -d).',
    }),
    sha256: sha256.optional(),
  })
  .meta({
    description: 'Where the package comes from: exactly one of vib and depot.',
    ...cel(
      { rule: 'has(self.vib) != has(self.depot)', message: 'set exactly one of vib and depot' },
      {
        rule: "(has(self.vib) ? self.vib : has(self.depot) ? self.depot : '/').matches('^(/|https?://)')",
        message: 'must be an absolute path on the host, such as /vmfs/volumes/datastore1/nmst.vib, or an http(s) URL',
      },
      {
        rule: "!has(self.sha256) || (has(self.vib) ? self.vib : self.depot).startsWith('/')",
        message: 'sha256 is checked on files that lie on the host; for a URL leave it out or put the file on a datastore',
        fieldPath: '.sha256',
      },
    ),
  });

const software = z
  .object({
    name: z
      .string()
      .min(1)
      .max(128)
      .regex(/^[A-Za-z0-9][A-Za-z0-9._+-]*$/)
      .meta({ description: 'Name of the VIB as `esxcli software vib list` prints it, for example nmst.' }),
    minVersion: z
      .string()
      .min(1)
      .max(128)
      .regex(/^[0-9][A-Za-z0-9._-]*$/)
      .meta({ description: 'Lowest version that will do; compared numerically field by field. A newer one is left alone.' }),
    source: vibSource,
  })
  .meta({ description: 'A VIB that the host shall have.' });

const selector = z
  .object({
    macAddress: macAddress.optional(),
    pciAddress: pciAddress.optional(),
    vmnic: z
      .string()
      .regex(/^vmnic[0-9]+$/)
      .optional()
      .meta({ description: 'Name of an uplink of the adapter, for example vmnic4.' }),
  })
  .meta({
    description: 'Names the adapter by any one of its ports. A MAC address is the safest: PCI addresses and vmnic names move when cards are added.',
    ...cel({
      rule: '[has(self.macAddress), has(self.pciAddress), has(self.vmnic)].filter(x, x).size() == 1',
      message: 'set exactly one of macAddress, pciAddress and vmnic',
    }),
  });

const port = z
  .object({
    number: z.int().min(1).max(2).meta({ format: 'int32', description: 'Port on the adapter, from 1; port N is PCI function N-1.' }),
    linkType: z
      .enum(['Ethernet', 'InfiniBand'])
      .optional()
      .meta({ description: 'Link type of the port (LINK_TYPE_Pn). Left out: as it is.' }),
    vfs: z.int().min(0).max(255).meta({
      format: 'int32',
      description: 'Virtual functions that the driver shall create on this port (max_vfs). The device may allow fewer; it tells and the operator reports.',
    }),
  })
  .meta({ description: 'What one port shall be.' });

const firmware = z
  .object({
    version: z
      .string()
      .regex(/^[0-9]{1,3}\.[0-9]{1,4}\.[0-9]{1,5}$/)
      .meta({ description: 'Version that shall run, for example 16.35.4030; compared numerically.' }),
    image: z
      .object({
        path: z.string().min(1).max(2048).regex(/^\/vmfs\/volumes\/[^/]+\/.+/).meta({ description: 'Image file on a datastore of the host.' }),
        sha256,
      })
      .meta({ description: 'The image. Its PSID must be the adapter’s own; the operator never changes a PSID.' }),
    allowDowngrade: z.boolean().default(false).meta({ description: 'Whether a lower version than the flashed one may be burned.' }),
  })
  .meta({ description: 'Firmware that the adapter shall run.' });

const adapter = z
  .object({
    name: z
      .string()
      .min(1)
      .max(63)
      .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/)
      .meta({ description: 'Your name for the adapter; attachments refer to it.' }),
    selector,
    firmware: firmware.optional(),
    firmwareVfs: z
      .int()
      .min(0)
      .max(255)
      .optional()
      .meta({ format: 'int32', description: 'NUM_OF_VFS in firmware, for each port. Left out: the largest vfs of the ports, and never lowered.' }),
    parameters: z
      .record(z.string(), z.string().max(64))
      .optional()
      .meta({
        description: 'Any further firmware parameters by their mlxconfig names, for example {"ROCE_CONTROL": "2"}.',
        maxProperties: 64,
        ...cel(
          { rule: "self.all(k, k.matches('^[A-Z][A-Za-z0-9_]{0,63}$'))", message: 'parameter names are those of mlxconfig, for example ROCE_CONTROL' },
          { rule: "self.all(k, self[k].matches('^[A-Za-z0-9_.()-]{1,64}$'))", message: 'values are numbers or words that mlxconfig accepts, for example "2" or "True"' },
          {
            rule: "self.all(k, !(k in ['SRIOV_EN', 'NUM_OF_VFS', 'LINK_TYPE_P1', 'LINK_TYPE_P2', 'ADVANCED_PCI_SETTINGS', 'FORCE_ETH_PCI_SUBCLASS']))",
            message: 'SRIOV_EN, NUM_OF_VFS, LINK_TYPE_Pn, ADVANCED_PCI_SETTINGS and FORCE_ETH_PCI_SUBCLASS follow from ports and firmwareVfs; do not set them here',
          },
        ),
      }),
    ports: z
      .array(port)
      .min(1)
      .max(2)
      .meta({ description: 'The ports to use.', ...listMap('number') }),
  })
  .meta({
    description: 'One ConnectX adapter.',
    ...cel({
      rule: '!has(self.firmwareVfs) || self.ports.all(p, p.vfs <= self.firmwareVfs)',
      message: 'firmwareVfs must not be smaller than the vfs of any port',
      fieldPath: '.firmwareVfs',
    }),
  });

export const sriovHostSpec = z
  .object({
    esxi: z
      .object({
        address: dnsName.meta({ description: 'DNS name or IP address of the host.' }),
        sshPort: z.int().min(1).max(65535).default(22).meta({ format: 'int32', description: 'Port of its SSH server.' }),
        credentialsSecretRef: secretRef.meta({ description: 'Secret with username and password, ssh-privatekey (RSA or ECDSA), or both.' }),
        hostKeyFingerprints: z
          .array(z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/))
          .max(8)
          .optional()
          .meta({ description: 'Accepted SSH host keys, as `ssh-keygen -lf` prints them. Several allow a rotation.', ...atomicList }),
        trustOnFirstUse: z
          .boolean()
          .optional()
          .meta({ description: 'Accept the first host key seen and pin it in status.esxi.hostKeyFingerprint from then on.' }),
      })
      .meta({
        description: 'How to reach the host itself.',
        ...cel({
          rule: '(has(self.hostKeyFingerprints) && self.hostKeyFingerprints.size() > 0) != (has(self.trustOnFirstUse) && self.trustOnFirstUse)',
          message: 'set either hostKeyFingerprints (get them on the host: ssh-keygen -lf /etc/ssh/ssh_host_rsa_key.pub) or trustOnFirstUse: true',
        }),
      }),
    vsphere: z
      .object({
        server: z
          .string()
          .regex(/^[A-Za-z0-9.:[\]-]+$/)
          .meta({ description: 'vCenter that owns the host, or the host itself: name or name:port.' }),
        credentialsSecretRef: secretRef.meta({ description: 'Secret with username and password.' }),
        certificateFingerprint: certificateFingerprint.optional(),
        caBundle: caBundle.optional(),
      })
      .optional()
      .meta({ description: 'vSphere API to use for the VMs of this host. Left out: the host’s own, with the credentials of esxi and the system’s certificate authorities.' }),
    bmc: z
      .object({
        systemUrl: z
          .string()
          .max(2048)
          .meta({
            description: 'Redfish ComputerSystem of the host, for example https://bmc-01.example.com/redfish/v1/Systems/1.',
            ...cel({
              rule: "self.matches('^https?://[A-Za-z0-9.-]+(:[0-9]+)?/redfish/v1/Systems/[^/?#]+/?$') || self.matches('^https?://\\\\[[0-9A-Fa-f:.]+\\\\](:[0-9]+)?/redfish/v1/Systems/[^/?#]+/?$')",
              message: 'must be the URL of a Redfish ComputerSystem, such as https://bmc-01.example.com/redfish/v1/Systems/1',
            }),
          }),
        credentialsSecretRef: secretRef.meta({ description: 'Secret with username and password.' }),
        certificateFingerprint: certificateFingerprint.optional(),
        caBundle: caBundle.optional(),
      })
      .optional()
      .meta({ description: 'Baseboard management controller: lets the operator power-cycle the host, which some firmware settings need.' }),
    software: z
      .array(software)
      .max(16)
      .default([])
      .meta({ description: 'VIBs that the host shall have: driver, nmst and mft.', ...listMap('name') }),
    adapters: z
      .array(adapter)
      .min(1)
      .max(16)
      .meta({ description: 'ConnectX adapters to configure. Others are left exactly as they are.', ...listMap('name') }),
    disruption: z
      .object({
        approval: z
          .enum(['Automatic', 'Required'])
          .default('Automatic')
          .meta({ description: 'Required: nothing disruptive happens before the annotation sriov.esxi.io/approve carries status.plan.hash.' }),
        runningVms: z
          .enum(['Block'])
          .default('Block')
          .meta({ description: 'What may happen to running VMs before a restart. Block: they stay and the host waits for you to move or stop them.' }),
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
        restartTimeoutSeconds: z
          .int()
          .min(10)
          .max(14400)
          .default(1800)
          .meta({ format: 'int32', description: 'How long a restarted host may stay away before it is reported as not coming back.' }),
      })
      .default({ approval: 'Automatic', runningVms: 'Block', maxRestarts: 4, maintenanceTimeoutSeconds: 600, restartTimeoutSeconds: 1800 })
      .meta({ description: 'What the operator may take from the host, and when.' }),
    attachments: z
      .object({
        from: z
          .enum(['Same', 'All'])
          .default('Same')
          .meta({ description: 'Namespaces whose SriovVmAttachments may use this host: only this one, or all.' }),
      })
      .default({ from: 'Same' })
      .meta({ description: 'Who may attach virtual functions of this host.' }),
    mode: z
      .enum(['Enforce', 'Observe'])
      .default('Enforce')
      .meta({ description: 'Observe: plan and report, never write to the host.' }),
  })
  .meta({ description: 'What the host shall be.' });

const portStatus = z.object({
  number: z.int().meta({ format: 'int32', description: 'Port on the adapter, from 1.' }),
  pciAddress: z.string().meta({ description: 'PCI address of its physical function.' }),
  vmnic: z.string().optional().meta({ description: 'Uplink name, where ESXi made one.' }),
  macAddress: z.string().optional().meta({ description: 'MAC address of the physical function.' }),
  linkType: z.enum(['Ethernet', 'InfiniBand']).optional().meta({ description: 'Current link type.' }),
  linkUp: z.boolean().optional().meta({ description: 'Whether the uplink has link. An InfiniBand port is a downed uplink on ESXi; that is no fault.' }),
  vfs: z
    .object({
      desired: z.int().optional().meta({ format: 'int32', description: 'As declared.' }),
      firmware: z.int().optional().meta({ format: 'int32', description: 'NUM_OF_VFS that is current in firmware; 0 while SR-IOV is off there.' }),
      configured: z.int().optional().meta({ format: 'int32', description: 'Entry of this port in the driver’s max_vfs.' }),
      present: z.int().optional().meta({ format: 'int32', description: 'Virtual functions that exist.' }),
      inUse: z.int().optional().meta({ format: 'int32', description: 'Of those, used by running VMs.' }),
    })
    .meta({ description: 'Virtual functions, layer by layer.' }),
});

const adapterStatus = z.object({
  name: z.string().meta({ description: 'As in spec.adapters.' }),
  device: z.string().optional().meta({ description: 'Device model as ESXi names it.' }),
  mstDevice: z.string().optional().meta({ description: 'Name for the MFT tools on this host.' }),
  macAddress: z.string().optional().meta({ description: 'MAC address of port 1: the identity that is re-checked when PCI addresses move.' }),
  psid: z.string().optional().meta({ description: 'Parameter-set identification of the firmware: the board it is made for.' }),
  firmware: z
    .object({
      running: z.string().meta({ description: 'Version that runs.' }),
      flashed: z.string().meta({ description: 'Version on flash, running after the next restart.' }),
    })
    .optional()
    .meta({ description: 'Firmware versions.' }),
  unsupportedParameters: z
    .array(z.string())
    .optional()
    .meta({ description: 'Declared firmware parameters that this device does not have.', ...atomicList }),
  ports: z
    .array(portStatus)
    .optional()
    .meta({ description: 'Its ports.', ...listMap('number') }),
  problem: problem.optional(),
});

const restart = z.object({
  kind: z.enum(['WarmReboot', 'ColdCycle']).meta({ description: 'Reboot, or clean shutdown, power off and power on.' }),
  requestedTime: z.string().meta({ format: 'date-time', description: 'When the intent was written, before the command was sent.' }),
  generation: z.int().meta({ format: 'int64', description: 'Generation of the spec that it served.' }),
  bootTimeBefore: z.string().meta({ format: 'date-time', description: 'Boot time of the host then: the evidence to compare with.' }),
  pending: z
    .array(z.string())
    .meta({ description: 'What only a restart could bring into effect, for example firmware/fabric0/NUM_OF_VFS=16.', ...atomicList }),
  state: z.enum(['Requested', 'Completed', 'TimedOut']).meta({ description: 'Completed once a new boot was seen.' }),
  completedTime: z.string().optional().meta({ format: 'date-time', description: 'When the new boot was first seen.' }),
});

export const sriovHostStatus = z
  .object({
    observedGeneration: z.int().optional().meta({ format: 'int64', description: 'Generation of the spec that this status was computed from.' }),
    conditions,
    progress: z.string().optional().meta({ description: 'One line for people: what happens now or what is waited for.' }),
    plan: z
      .object({
        hash: z.string().meta({ description: 'Names exactly this plan; approve it with the annotation sriov.esxi.io/approve.' }),
        steps: z.array(planStep).meta({ description: 'In order.', ...atomicList }),
        restarts: z.int().meta({ format: 'int32', description: 'Restarts that the plan takes.' }),
        affectedVms: z
          .array(z.string())
          .optional()
          .meta({ description: 'Running VMs that a restart would touch.', ...atomicList }),
      })
      .optional()
      .meta({ description: 'What the operator will do; recomputed on every look. Absent when nothing is left to do.' }),
    esxi: z
      .object({
        version: z.string().optional().meta({ description: 'For example 8.0.2.' }),
        build: z.string().optional().meta({ description: 'For example Releasebuild-22380479.' }),
        bootTime: z.string().optional().meta({ format: 'date-time', description: 'When the host booted, to the second.' }),
        hostKeyFingerprint: z.string().optional().meta({ description: 'SSH host key in use; pinned where trustOnFirstUse is set.' }),
        maintenanceMode: z.boolean().optional().meta({ description: 'Whether the host is in maintenance mode.' }),
      })
      .optional()
      .meta({ description: 'The host as seen.' }),
    software: z
      .array(
        z.object({
          name: z.string().meta({ description: 'VIB name.' }),
          running: z.string().optional().meta({ description: 'Version that runs.' }),
          staged: z.string().optional().meta({ description: 'Version that runs after the next restart, where it differs.' }),
        }),
      )
      .optional()
      .meta({ description: 'The declared VIBs.', ...listMap('name') }),
    adapters: z
      .array(adapterStatus)
      .optional()
      .meta({ description: 'The declared adapters.', ...listMap('name') }),
    restarts: z
      .object({
        count: z.int().meta({ format: 'int32', description: 'Restarts sent for the current generation.' }),
        total: z.int().meta({ format: 'int32', description: 'Restarts sent in the life of this object.' }),
        last: restart.optional(),
      })
      .optional()
      .meta({ description: 'Restarts and their evidence.' }),
    maintenance: z
      .object({
        enteredByUs: z.boolean().meta({ description: 'True while the host is in maintenance mode because the operator put it there.' }),
        since: z.string().optional().meta({ format: 'date-time', description: 'Since when.' }),
      })
      .optional()
      .meta({ description: 'Maintenance mode, as far as it is ours.' }),
    activation: z
      .array(
        z.object({
          adapter: z.string().meta({ description: 'Adapter name.' }),
          needs: z.enum(['Reboot', 'PowerCycle', 'Unknown']).meta({ description: 'What the tool said after the last set.' }),
        }),
      )
      .optional()
      .meta({ description: 'What mlxconfig itself said that new settings need.', ...listMap('adapter') }),
    acknowledged: z
      .object({
        retry: z.string().optional().meta({ description: 'Value of the retry annotation that was acted on.' }),
        approve: z.string().optional().meta({ description: 'Plan hash whose approval was acted on.' }),
      })
      .optional()
      .meta({ description: 'Verbs that the operator has taken up.' }),
    vfs: z
      .object({
        desired: z.int().meta({ format: 'int32', description: 'Declared, over all ports.' }),
        present: z.int().meta({ format: 'int32', description: 'Existing.' }),
      })
      .optional()
      .meta({ description: 'Totals for the printer column.' }),
    journal,
  })
  .meta({ description: 'What the host is, and what the operator does about it.' });
