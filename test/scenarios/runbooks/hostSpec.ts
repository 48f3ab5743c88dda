/** Runbooks of wrong specs: the remedy is to correct them. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectX5En, connectX5EnSinglePort } from '../../simulator/profiles/adapterModels.ts';
import { byPath, byUrl, makeImage, otherVersion } from '../../support/world/firmwareImages.ts';
import { FABRIC0 } from '../host/ethernet.ts';
import type { Scenario } from '../scenario.ts';
import { type Drill, inSpec, walk } from './drill.ts';

const profile = { esxi: '7.0u3', tools: 'withMft' } as const;
const parameters = { SRIOV_EN: 1, NUM_OF_VFS: 8 };
const world = {
  profile,
  adapters: [
    { model: connectX5En, parameters },
    { model: connectX5EnSinglePort, parameters },
  ],
  moduleOptions: 'max_vfs=8,4,2',
};
const FABRIC1 = { name: 'fabric1', selector: { pciAddress: '0000:5e:00.0' }, ports: [{ number: 1, vfs: 2 }] };
const spec = { adapters: [FABRIC0, FABRIC1] };
const fabric1 = (change: object) => ({ adapters: [FABRIC0, { ...FABRIC1, ...change }] });

const NEWER = makeImage(connectX5En.psid, otherVersion(connectX5En.firmwareVersion, 1));

/** Of a server that sends everybody back to where they are. */
async function redirectingUrl(): Promise<string> {
  const server = createServer((request, response) => response.writeHead(302, { location: request.url ?? '/' }).end());
  server.unref();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/fw.bin`;
}

const DRILLS: readonly Drill[] = [
  inSpec('AdapterNotFound', fabric1({ selector: { macAddress: 'b8:59:9f:00:00:99' } })),
  inSpec('AdapterDeclaredTwice', fabric1({ selector: { vmnic: 'vmnic3' } })),
  inSpec('AdapterUnsupported', fabric1({ selector: { vmnic: 'vmnic0' } })),
  inSpec('PortNotFound', fabric1({ ports: [{ number: 2, vfs: 2 }] })),
  inSpec('VfCountExceedsDevice', fabric1({ ports: [{ number: 1, vfs: 200 }] })),
  inSpec('ParameterUnsupported', fabric1({ parameters: { NO_SUCH_SETTING: '1' } })),
  inSpec('LinkTypeUnsupported', fabric1({ ports: [{ number: 1, vfs: 2, linkType: 'InfiniBand' }] })),
  inSpec('AdapterDenied', { adapterDenyList: [{ deviceName: '*ConnectX-5*', why: 'carries the storage' }] }),
  inSpec('ParameterRefused', fabric1({ parameters: { FLEX_PARSER_PROFILE_ENABLE: '99' } })),
];

export const RUNBOOK_SPEC: readonly Scenario[] = [
  walk(
    {
      name: 'runbook-spec',
      why: 'each mistake in a spec is named, and correcting it as the runbook tells makes the host Ready again',
      world,
      spec,
    },
    DRILLS,
  ),
  walk(
    {
      name: 'runbook-firmware-source',
      why: 'a firmware image that cannot be had: its address, its path and its checksum are corrected, and it is burned',
      world: { ...world, adapters: [{ model: connectX5En, parameters }], moduleOptions: 'max_vfs=8,4' },
      spec: { adapters: [FABRIC0] },
    },
    [
      {
        reason: 'FirmwareDownloadRefused',
        cause: async (stage) => {
          const firmware = byUrl(NEWER);
          await stage.applyHost({
            adapters: [{ ...FABRIC0, firmware: { ...firmware, image: { ...firmware.image, url: await redirectingUrl() } } }],
          });
        },
        remedy: async (stage) => {
          stage.host.world.files.write(NEWER.path, NEWER.bytes);
          await stage.applyHost({ adapters: [{ ...FABRIC0, firmware: byPath(NEWER) }] });
        },
      },
    ],
  ),
];
