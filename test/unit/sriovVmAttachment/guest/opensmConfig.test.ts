/** Editing a configuration of OpenSM: what is wanted exactly once, and everything else as it was. Judged by the real OpenSM where it is installed. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  differing,
  knowsVirtualization,
  settingsOf,
  withSettings,
} from '../../../../operator/controllers/sriovVmAttachment/guest/opensmConfig.ts';
import { findOpensm, realOpensm } from '../../../simulator/guest/realOpensm.ts';
import { SimGuest } from '../../../simulator/guest/simGuest.ts';

const VIRT = settingsOf({});

describe('withSettings', () => {
  it.each([
    { why: 'appended where it is missing', before: 'guid 0x0\n', after: 'guid 0x0\nvirt_enabled 2\n' },
    { why: 'appended to a last line without an end', before: 'guid 0x0', after: 'guid 0x0\nvirt_enabled 2\n' },
    { why: 'replaced in its place', before: 'a 1\nvirt_enabled 0\nb 2\n', after: 'a 1\nvirt_enabled 2\nb 2\n' },
    { why: 'one of two lines kept', before: 'virt_enabled 1\nb 2\nvirt_enabled 2\n', after: 'virt_enabled 2\nb 2\n' },
    { why: 'found behind blanks', before: '  virt_enabled\t 1\n', after: 'virt_enabled 2\n' },
    { why: 'a comment is none', before: '# virt_enabled 2\n', after: '# virt_enabled 2\nvirt_enabled 2\n' },
    { why: 'a longer key is another one', before: 'virt_enabled_x 2\n', after: 'virt_enabled_x 2\nvirt_enabled 2\n' },
    { why: 'alone in an empty file', before: '', after: 'virt_enabled 2\n' },
  ])('$why', ({ before, after }) => {
    expect(withSettings(before, VIRT)).toBe(after);
  });

  it('leaves every other line, whatever the file looks like, and has nothing to do the second time', () => {
    const line = fc.oneof(
      fc.constantFrom('virt_enabled 0', 'virt_enabled 2', '# virt_enabled 1', '', 'sm_priority 3'),
      fc.string({ maxLength: 30 }).filter((text) => !/[\n\r]/.test(text)),
    );
    fc.assert(
      fc.property(fc.array(line), fc.boolean(), (lines, ended) => {
        const before = lines.join('\n') + (ended && lines.length > 0 ? '\n' : '');
        const after = withSettings(before, VIRT);
        const others = (text: string): readonly string[] =>
          text.split('\n').filter((one) => !/^\s*virt_enabled(\s|$)/.test(one) && one !== '');
        expect(others(after)).toEqual(others(before));
        expect(differing(after, VIRT)).toEqual([]);
        expect(withSettings(after, VIRT)).toBe(after);
      }),
    );
  });

  it('sets the priority only where one is declared', () => {
    expect(settingsOf({})).toEqual({ virt_enabled: '2' });
    expect(withSettings('sm_priority 0\n', settingsOf({ priority: 9 }))).toBe('sm_priority 9\nvirt_enabled 2\n');
  });
});

const program = findOpensm();

// A machine without it: .ci/run installs the package where it may.
(program === undefined ? describe.skip : describe)(
  `the real opensm of a Linux distribution${program === undefined ? ' (skipped: opensm is not installed)' : ''}`,
  () => {
    const guest = new SimGuest({ programs: { '/usr/sbin/opensm': realOpensm(program ?? '') } });
    guest.ports = () => [];

    it('writes a configuration that lacks virt_enabled, which is how it is recognised', () => {
      const { exitCode, output } = guest.run('root', ['/usr/sbin/opensm', '--create-config', '/etc/opensm.conf']);
      const template = guest.read('/etc/opensm.conf') ?? '';
      expect({ exitCode, banner: /OpenSM \d/.test(output), priority: /^sm_priority \d+$/m.test(template) }).toEqual({
        exitCode: 0,
        banner: true,
        priority: true,
      });
      expect(knowsVirtualization(template)).toBe(false);
    });

    it('would go on without the key that it does not know: the exit code tells nothing, so the key must not be written', () => {
      guest.files.set('/etc/virt.conf', { content: withSettings('', settingsOf({ priority: 3 })), permissions: 0o644 });
      const { exitCode, output } = guest.run('root', ['/usr/sbin/opensm', '--config', '/etc/virt.conf']);
      expect(exitCode).toBe(0);
      expect(output).toMatch(/Unrecognized token: "virt_enabled"/);
      expect(output).toMatch(/sm_priority = 3/);
      expect(output).toMatch(/No local ports detected/);
    });

    it('takes an edited template as it is', () => {
      guest.run('root', ['/usr/sbin/opensm', '--create-config', '/etc/own.conf']);
      const edited = withSettings(guest.read('/etc/own.conf') ?? '', { sm_priority: '7' });
      guest.files.set('/etc/own.conf', { content: edited, permissions: 0o644 });
      const { output } = guest.run('root', ['/usr/sbin/opensm', '--config', '/etc/own.conf']);
      expect(output).toMatch(/sm_priority = 7/);
      expect(output).not.toMatch(/Unrecognized/);
    });
  },
);
