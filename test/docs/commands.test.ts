/** Every command that the documentation shows is run, in the order of its page, in a world that has what the page talks about. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROOT } from '../unit/architecture/sourceFiles.ts';
import { type Fence, fences } from './support/fences.ts';
import { type ReaderWorld, startReaderWorld, type WorldKind } from './support/readerWorld.ts';

/** A cold build of the API server and of Helm takes minutes. */
const START_TIMEOUT_MS = 20 * 60_000;

/** The shell gives up earlier, and says what was printed. */
const BLOCK_TIMEOUT_MS = 150_000;

/** Pages that need something else than an operator at work with a host and an attachment that are Ready. */
const WORLDS: Readonly<Record<string, WorldKind>> = {
  'docs/verbs.md': 'AwaitingApproval',
  'docs/kubectl-plugin.md': 'AwaitingApproval',
  'docs/install.md': 'Empty',
  'charts/esxi-sriov-operator/README.md': 'Empty',
};

const all = [...fences('sh'), ...fences('bash')];

const ELSEWHERE = /^run elsewhere: (\S+)$/;
const NOWHERE = /^run nowhere: (.+)$/;
const UNTIL = /^run until: (.+)$/;
const IN = /^run in: (\w+)$/;

interface Session {
  readonly title: string;
  readonly kind: WorldKind;
  readonly blocks: readonly Fence[];
}

/** The blocks of a page share a world, apart from those that ask for one of their own. */
function sessionsOf(page: string): readonly Session[] {
  const blocks = all.filter((fence) => fence.page === page).filter(runsHere);
  const own = blocks.filter(({ directive }) => IN.test(directive));
  const shared = { title: page, kind: WORLDS[page] ?? 'Installed', blocks: blocks.filter((block) => !own.includes(block)) };
  const alone = own.map((block) => ({ title: `${page}, alone`, kind: IN.exec(block.directive)?.[1] as WorldKind, blocks: [block] }));
  return [shared, ...alone].filter(({ blocks: some }) => some.length > 0);
}

function runsHere({ directive }: Fence): boolean {
  return !ELSEWHERE.test(directive) && !NOWHERE.test(directive);
}

describe.each([...new Set(all.map(({ page }) => page))].flatMap(sessionsOf))('$title', ({ kind, blocks }) => {
  let world: ReaderWorld;
  beforeAll(async () => {
    world = await startReaderWorld(kind);
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    await world?.stop();
  }, 60_000);

  it.each(blocks)(
    'line $line',
    async ({ text, directive }) => {
      const until = UNTIL.exec(directive)?.[1];
      if (until !== undefined) {
        expect((await world.shell.runUntil(text, until)).output).toContain(until);
        return;
      }
      const { code, output } = await world.shell.run(text);
      const failed = code !== 0;
      // Compared together, so that a failure shows what was printed.
      expect({ failed, output }).toEqual({ failed: directive === 'fails', output });
    },
    BLOCK_TIMEOUT_MS,
  );
});

describe('blocks that do not run here', () => {
  const excused = all.filter((fence) => !runsHere(fence));
  it.each(excused)('$page, line $line: $directive', ({ text, directive }) => {
    const file = ELSEWHERE.exec(directive)?.[1];
    if (file !== undefined) {
      expect(existsSync(join(ROOT, file))).toBe(true);
      return;
    }
    // Only what needs a registry, a signing service, a kubelet, an ESXi host's shell or another's server is excused.
    expect(text).toMatch(/^(docker|podman|buildah|cosign|helm (test|push|registry)|kubectl apply -f https|esxcli|openssl s_client)\b/m);
  });
});
