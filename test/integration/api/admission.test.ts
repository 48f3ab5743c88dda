/** A real API server takes what users write and refuses the rest in words that help. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { EXAMPLES } from '../../../operator/api/crd/examples.ts';
import { generatedFiles } from '../../../operator/api/crd/generated.ts';
import { withApiServer } from '../../support/apiserver/withApiServer.ts';
import { acceptedAttachments, acceptedHosts } from './acceptedCases.ts';
import { attachmentObject, hostObject, type Value } from './objects.ts';
import { acceptedOpenings, refusedOpenings } from './openings.ts';
import { refusedAccess } from './refusedAccess.ts';
import { refusedAttachments } from './refusedAttachments.ts';
import { refusedContents } from './refusedContents.ts';

const cluster = withApiServer();

beforeAll(async () => {
  for (const [path, yaml] of generatedFiles()) if (path.startsWith('crds/')) await cluster().installCrds(yaml);
});

interface Answer {
  readonly status: number;
  readonly message: string;
  readonly object: { readonly spec: Readonly<Record<string, Value>> };
}

/** What would become of the object, with unknown fields refused as kubectl does. */
async function create(object: Readonly<Record<string, unknown>>): Promise<Answer> {
  const plural = object['kind'] === 'SriovHost' ? 'sriovhosts' : 'sriovvmattachments';
  const path = `/apis/sriov.esxi.io/v1alpha1/namespaces/default/${plural}?dryRun=All&fieldValidation=Strict`;
  const { status, body } = await cluster().request({ method: 'POST', path, body: object });
  return { status, message: String((body as { message?: string }).message ?? ''), object: body as Answer['object'] };
}

describe('accepted', () => {
  it.each([...acceptedHosts, ...acceptedOpenings])('host: $why', async ({ edits }) => {
    expect(await create(hostObject('h', edits))).toMatchObject({ status: 201, message: '' });
  });

  it.each(acceptedAttachments)('attachment: $why', async ({ edits }) => {
    expect(await create(attachmentObject('a', edits))).toMatchObject({ status: 201, message: '' });
  });

  it.each(Object.keys(EXAMPLES))('the example of %s in docs/api.md', async (kind) => {
    const example = EXAMPLES[kind] ?? {};
    expect(await create({ ...example, metadata: { name: 'example', namespace: 'default' } })).toMatchObject({ status: 201, message: '' });
  });
});

describe('refused', () => {
  const missing = (answer: Answer, says: readonly string[]): unknown => ({
    status: answer.status,
    missing: says.filter((part) => !answer.message.includes(part)),
    ...(says.every((part) => answer.message.includes(part)) ? {} : { message: answer.message }),
  });

  it.each([...refusedAccess, ...refusedContents, ...refusedOpenings])('host: $why', async ({ edits, says }) => {
    const answer = await create(hostObject('h', edits));
    expect(missing(answer, says)).toEqual({ status: answer.message.includes('unknown field') ? 400 : 422, missing: [] });
  });

  it.each(refusedAttachments)('attachment: $why', async ({ edits, says }) => {
    expect(missing(await create(attachmentObject('a', edits)), says)).toEqual({ status: 422, missing: [] });
  });

  it('says one thing about one mistake, not also what follows from it', async () => {
    const { message } = await create(hostObject('h', { 'esxi.address': 'https://esx' }));
    expect(message.match(/Invalid value/g)).toHaveLength(1);
  });
});

describe('defaults', () => {
  it('of a host disturb nobody', async () => {
    const { spec } = (await create(hostObject('h'))).object;
    expect(spec).toMatchObject({
      esxi: { sshPort: 22 },
      software: [],
      disruption: {
        approval: 'Automatic',
        runningVms: 'Block',
        maxRestarts: 4,
        maintenanceTimeoutSeconds: 600,
        restartTimeoutSeconds: 1800,
        forceOff: 'Never',
        cleanShutdownTimeoutSeconds: 600,
      },
      attachments: { from: 'Same' },
      mode: 'Enforce',
      deletionPolicy: 'Untouched',
    });
  });

  it('of a part that is half written are filled in too', async () => {
    const { spec } = (await create(hostObject('h', { disruption: { maxRestarts: 1 } }))).object;
    expect(spec['disruption']).toEqual({
      approval: 'Automatic',
      runningVms: 'Block',
      vmShutdownTimeoutSeconds: 300,
      maxRestarts: 1,
      maintenanceTimeoutSeconds: 600,
      restartTimeoutSeconds: 1800,
      forceOff: 'Never',
      cleanShutdownTimeoutSeconds: 600,
    });
  });

  it('of an attachment power nothing off', async () => {
    const { spec } = (await create(attachmentObject('a'))).object;
    expect(spec).toMatchObject({
      function: { adapter: 'fabric0', port: 1 },
      powerPolicy: { powerOff: 'Never', timeoutSeconds: 300, powerOn: false },
      deletionPolicy: 'Detach',
    });
  });
});
