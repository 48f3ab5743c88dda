/** An API server of a few canned answers, and verbs run against it without a kubeconfig. */
import { Readable } from 'node:stream';
import type { SriovHost, SriovVmAttachment } from '../../../operator/api/types.ts';
import type { Format } from '../../../operator/cli/command.ts';
import { COMMANDS } from '../../../operator/cli/commands.ts';
import { PLAIN } from '../../../operator/cli/io.ts';
import type { KubeAccess } from '../../../operator/cli/kubeAccess.ts';
import { readSchemas } from '../../../operator/cli/validate/schema.ts';
import type { KubeClient } from '../../../operator/kube/client.ts';
import { KubeError } from '../../../operator/kube/kubeError.ts';
import type { KubeRequest } from '../../../operator/kube/transport.ts';

export interface FakeKube {
  readonly kube: KubeAccess;
  /** Requests so far. */
  readonly asked: readonly KubeRequest[];
}

/** By path; a collection is its items, and a function answers request by request. What is not among `answers` does not exist, or is forbidden. */
export function fakeKube(answers: Readonly<Record<string, unknown>>, missing: 403 | 404 = 404): FakeKube {
  const asked: KubeRequest[] = [];
  const answer = (request: KubeRequest): unknown => {
    asked.push(request);
    const found = answers[request.path];
    if (typeof found === 'function') return found(request);
    if (found !== undefined) return found;
    throw new KubeError(`${request.path} ${missing === 403 ? 'is forbidden' : 'not found'}`, {
      status: missing,
      reason: missing === 403 ? 'Forbidden' : 'NotFound',
    });
  };
  const client: KubeClient = {
    namespace: 'fleet',
    request: async <T>(request: KubeRequest) => answer(request) as T,
    stream: async (request) => Readable.from([String(answer(request))]),
    writes: () => ({}),
    close: async () => undefined,
  };
  return { kube: { client, namespace: 'fleet', scope: 'fleet', signal: new AbortController().signal }, asked };
}

const ROOT = '/apis/sriov.esxi.io/v1alpha1/namespaces/fleet';

/** Both collections of namespace fleet, and every object in them. */
export function fleetAnswers(
  hosts: readonly SriovHost[],
  attachments: readonly SriovVmAttachment[] = [],
): Readonly<Record<string, unknown>> {
  const single = (plural: string, list: readonly (SriovHost | SriovVmAttachment)[]) =>
    list.map((object) => [`${ROOT}/${plural}/${object.metadata.name}`, object] as const);
  return Object.fromEntries([
    [`${ROOT}/sriovhosts`, { metadata: {}, items: hosts }],
    [`${ROOT}/sriovvmattachments`, { metadata: {}, items: attachments }],
    ...single('sriovhosts', hosts),
    ...single('sriovvmattachments', attachments),
  ]);
}

export interface VerbRun {
  readonly verb: string;
  readonly args?: readonly string[];
  readonly flags?: Readonly<Record<string, string | true>>;
  readonly format?: Format;
  /** What is typed when asked; left out: nobody is there. */
  readonly answer?: string;
  readonly now?: Date;
}

export interface VerbResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** By path, what was written to files. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
}

/** Rejects where the verb does; `runCli` would make a line of it. */
export async function runVerb(
  { kube }: FakeKube,
  { verb, args = [], flags = {}, format = 'table', answer, now }: VerbRun,
): Promise<VerbResult> {
  const command = COMMANDS.find(({ name }) => name === verb);
  if (command === undefined) throw new Error(`there is no verb ${verb}`);
  let stdout = '';
  let stderr = '';
  const files: Record<string, string | Uint8Array> = {};
  const text = (flag: string): string | undefined => (typeof flags[flag] === 'string' ? flags[flag] : undefined);
  const code = await command.run({
    format,
    args,
    style: { ...PLAIN, wide: format === 'wide' },
    text,
    texts: (flag) => [text(flag)].filter((value) => value !== undefined),
    isSet: (flag) => flags[flag] === true,
    kube: async () => kube,
    io: {
      write: (chunk) => {
        stdout += chunk;
      },
      note: (line) => {
        stderr += `${line}\n`;
      },
      terminal: false,
      colours: false,
      columns: () => 0,
      rows: () => 0,
      ask: answer === undefined ? undefined : async () => answer,
      askSecret: undefined,
      readFile: async () => '',
      readBytes: async () => new Uint8Array(),
      listFolder: async () => undefined,
      writeFile: async (path, content) => {
        files[path] = content;
      },
      now: () => now ?? new Date('2026-01-01T00:00:00Z'),
      env: {},
      signal: kube.signal,
    },
  });
  return { code, stdout, stderr, files };
}

/** The OpenAPI document of an API server that has the CRDs of this version. */
export async function servedSchemas(): Promise<object> {
  const schemas = [...(await readSchemas())].map(([key, schema]) => {
    const [kind = '', version = ''] = key.split('/');
    return [kind, { ...schema, 'x-kubernetes-group-version-kind': [{ group: 'sriov.esxi.io', version, kind }] }] as const;
  });
  return { components: { schemas: Object.fromEntries(schemas) } };
}
