/** `check` as JUnit XML, as CI systems read it: a suite for each area, a test case for each finding. Pure. */
import type { Finding } from '../checks/finding.ts';
import { escapeMarkup } from '../picture/escape.ts';

/** Warnings are no failures, as with the exit code: their hint is the output of the case. */
export function junitOf(findings: readonly Finding[]): string {
  const areas = [...new Set(findings.map(({ area }) => area))];
  const suites = areas.flatMap((area) => {
    const mine = findings.filter((finding) => finding.area === area);
    return [`  <testsuite name="${area}" ${counts(mine)}>`, ...mine.flatMap(testCase), '  </testsuite>'];
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="kubectl sriov check" ${counts(findings)}>`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function counts(findings: readonly Finding[]): string {
  return `tests="${findings.length}" failures="${findings.filter(({ result }) => result === 'failed').length}" errors="0"`;
}

function testCase({ area, what, result, link, hint = '' }: Finding): readonly string[] {
  const open = `    <testcase classname="sriov.${area}" name="${escapeMarkup(what)}"`;
  const text = escapeMarkup(`${hint} (${link})`);
  if (result === 'ok') return [`${open}/>`];
  const inside =
    result === 'failed' ? `<failure message="${escapeMarkup(what)}">${text}</failure>` : `<system-out>warning: ${text}</system-out>`;
  return [`${open}>`, `      ${inside}`, '    </testcase>'];
}
