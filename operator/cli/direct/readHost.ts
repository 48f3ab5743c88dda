/** The SriovHost of a file, checked and with its defaults, as the planner wants it. */
import { API_VERSION } from '../../api/group.ts';
import type { SriovHost, SriovVmAttachment } from '../../api/types.ts';
import { CliError, EXIT } from '../exit.ts';
import type { Manifest } from '../manifests.ts';
import { judge } from '../validate/judge.ts';

/** `name` chooses among several. Throws with every fault of the file. */
export async function readHost(manifests: readonly Manifest[], name: string | undefined): Promise<SriovHost> {
  const hosts = manifests.filter(({ kind, metadata }) => kind === 'SriovHost' && (name === undefined || metadata.name === name));
  const [manifest, second] = hosts;
  if (manifest === undefined) throw new CliError(`the file has no SriovHost${name === undefined ? '' : ` ${name}`}`);
  if (second !== undefined) {
    const names = hosts.map(({ metadata }) => metadata.name).join(', ');
    throw new CliError(`the file has several hosts: name one of ${names}`);
  }
  const [judged] = await judge([manifest]);
  if (judged === undefined || judged.faults.length > 0) {
    const faults = (judged?.faults ?? []).map((fault) => `\n  ${fault}`).join('');
    throw new CliError(`SriovHost ${manifest.metadata.name} is not right:${faults}`, { exitCode: EXIT.negative });
  }
  const { spec, metadata } = judged.object;
  return {
    apiVersion: API_VERSION,
    kind: 'SriovHost',
    metadata: { name: metadata.name, namespace: metadata.namespace ?? 'default', uid: '', generation: 1 },
    // The schema has just said so.
    spec: spec as SriovHost['spec'],
  };
}

/** The attachments of the files, checked and with their defaults: they say how the VMs of the host may be powered off. */
export async function readAttachments(manifests: readonly Manifest[], namespace: string): Promise<readonly SriovVmAttachment[]> {
  const judged = await judge(manifests.filter(({ kind, apiVersion }) => kind === 'SriovVmAttachment' && apiVersion === API_VERSION));
  return judged.map(({ object: { metadata, spec }, faults }) => {
    if (faults.length > 0) {
      throw new CliError(`SriovVmAttachment ${metadata.name} is not right:\n  ${faults.join('\n  ')}`, { exitCode: EXIT.negative });
    }
    return {
      apiVersion: API_VERSION,
      kind: 'SriovVmAttachment',
      metadata: { name: metadata.name, namespace: metadata.namespace ?? namespace, uid: '', generation: 1 },
      // The schema has just said so.
      spec: spec as SriovVmAttachment['spec'],
    };
  });
}
