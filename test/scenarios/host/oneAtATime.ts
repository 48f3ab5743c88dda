/** Two hosts under an operator of their own that may have one host unavailable at a time. */
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { type Lab, OPERATOR_NAMESPACE, startLab } from '../../support/lab/lab.ts';
import { credentialManifests, hostManifest, namespaceManifest } from '../../support/lab/manifests.ts';
import type { ReasonRecorder } from '../reasonRecorder.ts';
import { FABRIC0 } from './ethernet.ts';

const NAMESPACE = 'turns';
const NAMES = ['esx-a', 'esx-b'];
const DURATIONS = { shutdown: 200, boot: 600, hostd: 0, burn: 20 };

/** `reasons` hears of both hosts. */
export async function twoHostsOnePermit(reasons: ReasonRecorder): Promise<void> {
  const lab = await startLab({ operatorFlags: ['--max-unavailable-hosts=1', '--leader-election=false'] });
  reasons.follow(lab.observer, (namespace) => namespace === NAMESPACE);
  try {
    await play(lab);
  } finally {
    await lab.stop();
  }
}

async function play(lab: Lab): Promise<void> {
  const profile = { esxi: '7.0u3', tools: 'withMft' } as const;
  const options = { bmc: true, durations: DURATIONS, profile, adapters: [{ model: connectX5En }] };
  const hosts = await Promise.all(NAMES.map(async (name) => await lab.fleet.addHost({ ...options, name })));
  let most = 0;
  const count = (): void => {
    most = Math.max(most, hosts.filter(({ world }) => world.maintenanceMode || world.powerState !== 'on').length);
  };
  for (const { world } of hosts) world.onChange(count);
  const waited = new Map<string, string>();
  lab.observer.onChange(() => {
    for (const { metadata, status } of lab.observer.list('SriovHost')) {
      const ready = status?.conditions?.find(({ type }) => type === 'Ready');
      if (ready?.reason === 'WaitingForPermit') waited.set(metadata.name, ready.message);
    }
  });
  await lab.apply(namespaceManifest(NAMESPACE), ...hosts.flatMap((host) => credentialManifests(NAMESPACE, host)));
  await lab.apply(...hosts.map((host) => hostManifest(host, undefined, { namespace: NAMESPACE, spec: { adapters: [FABRIC0] } })));
  await lab.observer.until('SriovHost', `${NAMESPACE}/esx-a`, () => hosts.some(({ world }) => world.counters.restarts.length > 0), {
    what: 'the first restart',
  });
  // Who comes next finds the host that is down in the permit, and finishes it.
  await lab.operator.kill();
  await lab.startOperator();
  for (const name of NAMES) {
    await lab.observer.untilCondition('SriovHost', `${NAMESPACE}/${name}`, { type: 'Ready', status: 'True', timeoutMs: 90_000 });
  }
  if (most !== 1) throw new Error(`${most} hosts were unavailable at the same time, not 1`);
  const [message = ''] = waited.values();
  if (waited.size !== 1 || !/at most 1 host.*waiting for turns\/esx-[ab]$/.test(message)) {
    throw new Error(`one host waits for the other: ${JSON.stringify([...waited])}`);
  }
  if (hosts.some(({ world }) => world.counters.restarts.length !== 1)) throw new Error('each host needs one restart');
}

/** Who has a restart permit: `namespace/name/uid`. */
export async function permitHolders(lab: Lab): Promise<readonly string[]> {
  const { stdout } = await lab.api.kubectl([
    'get',
    'leases',
    '-n',
    OPERATOR_NAMESPACE,
    '-o',
    'jsonpath={range .items[*]}{.metadata.name} {.spec.holderIdentity}{"\\n"}{end}',
  ]);
  const lines = stdout.split('\n').filter((line) => line.startsWith('sriov-restart-permit-'));
  return lines.map((line) => line.split(' ')[1] ?? '').filter((holder) => holder !== '');
}
