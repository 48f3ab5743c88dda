/** `check -o junit`, as a CI system reads it. */
import { describe, expect, it } from '@jest/globals';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { type Finding, failed, ok, warning } from '../../../operator/cli/checks/finding.ts';
import { COMMANDS } from '../../../operator/cli/commands.ts';
import { complete } from '../../../operator/cli/completion.ts';
import { junitOf } from '../../../operator/cli/render/junit.ts';
import { run } from '../../support/cli/terminal.ts';
import { fakeKube, runVerb } from './fakeKube.ts';

const FINDINGS: readonly Finding[] = [
  ok('api-server', 'the API server is v1.37.2'),
  failed('lease', 'no lease <"&\u0001', 'install it: helm <x> & wait'),
  warning('lease', 'you may not see leases', 'ask for list leases'),
];

describe('JUnit XML', () => {
  it('has a suite for each area, a case for each finding, and the hint of what failed', () => {
    const xml = junitOf(FINDINGS);
    expect(XMLValidator.validate(xml)).toBe(true);
    const { testsuites } = new XMLParser({ ignoreAttributes: false, isArray: (name) => ['testsuite', 'testcase'].includes(name) }).parse(
      xml,
    );
    expect(testsuites).toEqual({
      '@_name': 'kubectl sriov check',
      '@_tests': '3',
      '@_failures': '1',
      '@_errors': '0',
      testsuite: [
        {
          '@_name': 'cluster',
          '@_tests': '1',
          '@_failures': '0',
          '@_errors': '0',
          testcase: [{ '@_classname': 'sriov.cluster', '@_name': 'the API server is v1.37.2' }],
        },
        {
          '@_name': 'operator',
          '@_tests': '2',
          '@_failures': '1',
          '@_errors': '0',
          testcase: [
            {
              '@_classname': 'sriov.operator',
              '@_name': 'no lease <"&\ufffd',
              failure: { '#text': 'install it: helm <x> & wait (docs/checks.md#lease)', '@_message': 'no lease <"&\ufffd' },
            },
            {
              '@_classname': 'sriov.operator',
              '@_name': 'you may not see leases',
              'system-out': 'warning: ask for list leases (docs/checks.md#lease)',
            },
          ],
        },
      ],
    });
  });

  it('comes from check, with its exit code', async () => {
    const { code, stdout } = await runVerb(fakeKube({}), { verb: 'check', format: 'junit' });
    expect(XMLValidator.validate(stdout)).toBe(true);
    expect(stdout).toContain('<failure ');
    expect(code).toBe(1);
  });

  it('is a format of check only', async () => {
    expect((await run(['status', '-o', 'junit'])).stderr).toContain("--output is 'junit'; use table, wide, json, yaml\n");
    expect((await run(['check', '-o', 'xml'])).stderr).toContain("--output is 'xml'; use table, wide, json, yaml, short, junit\n");
    expect(complete(['check', '-o', 'j'], COMMANDS).words).toEqual(['json', 'junit']);
  });
});
