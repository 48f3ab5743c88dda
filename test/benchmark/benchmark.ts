/**
 * `npm run benchmark -- [--hosts 200] [--window 60] [--json]`: a simulated fleet from fresh hosts to Ready, and then at rest; what it costs the
 * operator's process, the API server and the hosts. The figures in docs/sizing.md come from here.
 */
import { parseArgs } from 'node:util';
import { connectX5En } from '../simulator/profiles/adapterModels.ts';
import { type Lab, startLab } from '../support/lab/lab.ts';
import { credentialManifests, hostManifest, type Manifest, namespaceManifest } from '../support/lab/manifests.ts';
import { readUsage, type Usage } from './processUsage.ts';

const NAMESPACE = 'benchmark';

/** Of simulated restarts, in milliseconds: what is measured is the operator's work, not the hosts' waiting. */
const DURATIONS = { shutdown: 30, boot: 120, hostd: 0, burn: 20 };

const { values } = parseArgs({
  options: {
    hosts: { type: 'string', default: '200' },
    window: { type: 'string', default: '60' },
    json: { type: 'boolean', default: false },
  },
});
const hosts = positive('hosts', values.hosts);
const windowSeconds = positive('window', values.window);

interface Measured {
  readonly hosts: number;
  /** From the first object to the last host that is Ready. */
  readonly secondsToReady: number;
  readonly cpuSecondsToReady: number;
  readonly commandsToReady: number;
  readonly writesToReady: number;
  readonly restarts: number;
  /** At rest, every host is looked at once in the window. */
  readonly residentMiB: number;
  readonly cpuPercentAtRest: number;
  readonly commandsAtRest: number;
  readonly writesAtRest: number;
}

function positive(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${flag} is '${text}'; use a whole number from 1`);
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<void> {
  const lab = await startLab({
    onProgress: say,
    operatorFlags: ['--max-unavailable-hosts=1000', `--recheck-seconds=${windowSeconds}`, '--log-level=info', '--workers=16'],
  });
  try {
    print(await measure(lab));
  } finally {
    await lab.stop();
  }
}

async function measure(lab: Lab): Promise<Measured> {
  const objects = await addHosts(lab);
  const before = await readUsage(lab.operator.pid);
  const started = performance.now();
  await applyInParts(lab, objects);
  await untilAllReady(lab);
  const ready = await snapshot(lab);
  const secondsToReady = (performance.now() - started) / 1000;
  say(`all ${hosts} hosts are Ready after ${secondsToReady.toFixed(1)} s; looking at them at rest for ${windowSeconds} s`);
  // A window of time is what is measured here: nothing could be awaited instead.
  await new Promise((resolve) => setTimeout(resolve, windowSeconds * 1000));
  const rest = await snapshot(lab);
  return {
    hosts,
    secondsToReady: round(secondsToReady),
    cpuSecondsToReady: round(ready.usage.cpuSeconds - before.cpuSeconds),
    commandsToReady: ready.commands,
    writesToReady: ready.writes,
    restarts: lab.fleet.hosts.reduce((sum, { world }) => sum + world.counters.restarts.length, 0),
    residentMiB: Math.round(rest.usage.residentMiB),
    cpuPercentAtRest: round((100 * (rest.usage.cpuSeconds - ready.usage.cpuSeconds)) / windowSeconds),
    commandsAtRest: rest.commands - ready.commands,
    writesAtRest: rest.writes - ready.writes,
  };
}

async function addHosts(lab: Lab): Promise<readonly object[]> {
  const objects: object[] = [namespaceManifest(NAMESPACE)];
  for (let index = 1; index <= hosts; index += 1) {
    const name = `esx-${String(index).padStart(4, '0')}`;
    const host = await lab.fleet.addHost({
      name,
      profile: { esxi: '7.0u3', tools: 'withMft' },
      adapters: [{ model: connectX5En }],
      bmc: true,
      durations: DURATIONS,
    });
    const adapter = { name: 'fabric0', selector: { pciAddress: '0000:3b:00.0' }, ports: [{ number: 1, vfs: 8 }] };
    const manifest: Manifest = hostManifest(host, undefined, { namespace: NAMESPACE, spec: { adapters: [adapter] } });
    objects.push(...credentialManifests(NAMESPACE, host), manifest);
  }
  say(`${hosts} simulated hosts serve SSH and Redfish`);
  return objects;
}

/** kubectl takes long over thousands of objects at once, and says nothing meanwhile. */
async function applyInParts(lab: Lab, objects: readonly object[]): Promise<void> {
  const PART = 150;
  for (let start = 0; start < objects.length; start += PART) await lab.apply(...objects.slice(start, start + PART));
}

async function untilAllReady(lab: Lab): Promise<void> {
  const readyCount = (): number =>
    lab.observer
      .list('SriovHost')
      .filter(({ status }) => status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true).length;
  let unsubscribe: () => void = () => undefined;
  const progress = setInterval(() => say(`${readyCount()} of ${hosts} Ready`), 5_000);
  await new Promise<void>((resolve) => {
    const check = (): void => {
      if (readyCount() === hosts) resolve();
    };
    unsubscribe = lab.observer.onChange(check);
    check();
  });
  unsubscribe();
  clearInterval(progress);
}

async function snapshot(lab: Lab): Promise<{ readonly usage: Usage; readonly commands: number; readonly writes: number }> {
  const { objects } = await lab.writes(NAMESPACE);
  const commands = lab.fleet.hosts.reduce((sum, { world }) => sum + world.counters.sshExecs, 0);
  return { usage: await readUsage(lab.operator.pid), commands, writes: objects };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function print(measured: Measured): void {
  if (values.json) {
    process.stdout.write(`${JSON.stringify(measured)}\n`);
    return;
  }
  for (const [name, value] of Object.entries(measured)) process.stdout.write(`${name.padEnd(20)} ${value}\n`);
}

await main();
