/** Runbooks of attachments whose vCenter or host does not help them. */
import { secretManifest } from '../../support/lab/manifests.ts';
import { reach, ready, spec, world } from '../attachment/parts.ts';
import type { Scenario, Stage } from '../scenario.ts';
import { annotateHost, untilReady, untilSaid } from './drill.ts';

function vcenterOf({ vcenter }: Stage): NonNullable<Stage['vcenter']> {
  if (vcenter === undefined) throw new Error('the scenario has no vCenter');
  return vcenter;
}

/** The host is Ready all the time: it needs its vCenter for restarts only. */
async function story(stage: Stage): Promise<void> {
  const { lab, namespace, host } = stage;
  const { endpoint, username, password } = vcenterOf(stage);
  await untilReady(stage);
  await lab.remove('secret', namespace, 'vcenter');
  await stage.applyAttachment('db-01');
  await reach(stage, 'SecretNotFound');
  await lab.apply(secretManifest(namespace, 'vcenter', { username }));
  await reach(stage, 'SecretKeyMissing');
  endpoint.service.misbehaviours.add({ kind: 'httpError', status: 503 });
  await lab.apply(secretManifest(namespace, 'vcenter', { username, password }));
  await reach(stage, 'VsphereUnreachable');
  const { port: sshPort, hostKeyFingerprint, address } = host.ssh;
  const credentialsSecretRef = { name: `${host.world.name}-esxi` };
  const esxi = { sshPort, credentialsSecretRef, hostKeyFingerprints: [hostKeyFingerprint] };
  await stage.applyHost({ esxi: { ...esxi, address: 'localhost' } });
  endpoint.service.misbehaviours.remove('httpError');
  await reach(stage, 'VsphereHostNotFound');
  await stage.applyHost({ esxi: { ...esxi, address } });
  await reach(stage, 'Succeeded');
  await annotateHost(stage, 'sriov.esxi.io/detach=2026-01-01');
  await untilSaid(stage, 'Detached');
  await stage.applyAttachment('db-02');
  await reach(stage, 'HostDetached', 'db-02');
  await annotateHost(stage, 'sriov.esxi.io/detach-');
}

export const RUNBOOK_VCENTER: readonly Scenario[] = [
  {
    name: 'runbook-attachment-access',
    kind: 'attachment',
    why: 'Secret, vCenter, address and host are set right one after the other, and the attachments go on by themselves',
    world,
    spec,
    vcenter: true,
    vms: [{ name: 'db-01' }, { name: 'db-02' }],
    play: story,
    expect: { ...ready, attachments: { 'db-01': 'Succeeded', 'db-02': 'Succeeded' } },
  },
];
