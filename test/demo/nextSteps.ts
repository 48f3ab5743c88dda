/** What a newcomer can try on the running demo: commands to be pasted into another shell. */

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ANNOTATIONS } from '../../operator/api/group.ts';
import { cacheFolder } from '../support/apiserver/binaries.ts';
import type { Output } from './console/output.ts';

export interface Surroundings {
  readonly namespace: string;
  readonly kubeconfig: string;
  /** Folder of the filled-in objects. */
  readonly objects: string;
  readonly operatorLog: string;
  readonly metricsPort: number;
}

interface Suggestion {
  readonly what: string;
  readonly commands: readonly string[];
}

function suggestions({ namespace, objects, operatorLog, metricsPort }: Surroundings): readonly Suggestion[] {
  const kubectl = `kubectl -n ${namespace}`;
  const setVfs = (host: string, vfs: number): string =>
    `${kubectl} patch sriovhost ${host} --type=json -p '[{"op":"replace","path":"/spec/adapters/0/ports/0/vfs","value":${vfs}}]'`;
  return [
    {
      what: 'See what there is, and why',
      commands: [`${kubectl} get srh,sva`, `${kubectl} describe sriovhost esx-01`, 'kubectl explain sriovhost.spec.adapters'],
    },
    { what: 'Change the number of virtual functions: one restart', commands: [setVfs('esx-02', 32)] },
    {
      what: 'Hold a host, change it, read the plan, let it go on',
      commands: [
        `${kubectl} annotate sriovhost esx-02 ${ANNOTATIONS.hold}=`,
        setVfs('esx-02', 8),
        `${kubectl} get sriovhost esx-02 -o jsonpath='{range .status.plan.steps[*]}{.kind}: {.description}{"\\n"}{end}'`,
        `${kubectl} annotate sriovhost esx-02 ${ANNOTATIONS.hold}-`,
      ],
    },
    {
      what: 'A restart would disturb the running VM web-01, so the host waits and says so',
      commands: [setVfs('esx-03', 12), `${kubectl} get sriovhost esx-03`, setVfs('esx-03', 8)],
    },
    {
      what: 'Change a host that needs an approval, read the plan, approve it',
      commands: [
        setVfs('esx-06', 8),
        `${kubectl} get sriovhost esx-06 -o jsonpath='{.status.conditions[?(@.type=="Ready")].message}{"\\n"}'`,
        `${kubectl} annotate sriovhost esx-06 --overwrite ${ANNOTATIONS.approve}="$(${kubectl} get sriovhost esx-06 -o jsonpath='{.status.plan.hash}')"`,
      ],
    },
    {
      what: 'Detach: the card comes out of the VM, its memory setting goes back',
      commands: [`${kubectl} delete sriovvmattachment web-01`, `kubectl apply --server-side -f ${join(objects, 'web-01.yaml')}`],
    },
    {
      what: 'Ask for another try, at once',
      commands: [`${kubectl} annotate --overwrite sriovhost esx-01 ${ANNOTATIONS.retry}="$(date)"`],
    },
    {
      what: 'Look at events, log and metrics',
      commands: [`${kubectl} get events`, `tail -f ${operatorLog}`, `curl -s http://127.0.0.1:${metricsPort}/metrics`],
    },
  ];
}

export function printNextSteps({ line, paint }: Output, surroundings: Surroundings): void {
  line(paint('strong', 'Try it in another shell:'));
  line();
  if (!isOnPath('kubectl')) line(`export PATH="${cacheFolder()}:$PATH"`);
  line(`export KUBECONFIG=${surroundings.kubeconfig}`);
  for (const { what, commands } of suggestions(surroundings)) {
    line();
    line(paint('faint', `# ${what}`));
    for (const command of commands) line(command);
  }
}

function isOnPath(command: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
