/** What there is before the operator starts: the hosts, and the objects that a user writes for them. */
import type { RunningHost } from './addDemoHosts.ts';
import type { Output } from './console/output.ts';
import { type SampleFile, TEMPLATE_FOLDER, withoutSecrets } from './sampleObjects.ts';

/** One file with a host and one with an attachment; the others are like them. */
const SHOWN: readonly string[] = ['esx-01.yaml', 'db-01.yaml'];

export function printHosts({ line, paint }: Output, hosts: readonly RunningHost[]): void {
  line();
  line(paint('strong', 'The simulated hosts'));
  for (const { demo } of hosts) {
    const { name } = demo.simulated;
    line(`  ${name}  ${demo.story}`);
    for (const vm of demo.vms) line(`  ${' '.repeat(name.length)}  VM ${vm.name}, ${vm.powerState}`);
  }
  line();
}

export function printSamples({ line, paint }: Output, files: readonly SampleFile[]): void {
  line(paint('strong', `What a user writes, without the Secrets; all of it is in ${TEMPLATE_FOLDER}`));
  for (const { text } of files.filter(({ name }) => SHOWN.includes(name))) {
    line();
    for (const written of withoutSecrets(text).split('\n')) line(`  ${paint('faint', written)}`);
  }
  line();
}
