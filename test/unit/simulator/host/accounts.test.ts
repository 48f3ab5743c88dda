// Log-in to a simulated host: locking after wrong passwords, keys, lockdown mode.
import { describe, expect, it } from '@jest/globals';
import { testHost } from './testHost.ts';

const KEY = 'ecdsa-sha2-nistp256 AAAAE2VjZHNh someone@somewhere';

describe('accounts', () => {
  it('lock after five wrong passwords, for fifteen minutes', () => {
    const { world, clock } = testHost({ password: 'right' });
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect(world.accounts.loginWithPassword('root', 'wrong')).toBe(false);
    }
    expect(world.accounts.loginWithPassword('root', 'right')).toBe(false);
    clock.advance(15 * 60_000 - 1);
    expect(world.accounts.loginWithPassword('root', 'right')).toBe(false);
    clock.advance(1);
    expect(world.accounts.loginWithPassword('root', 'right')).toBe(true);
    expect(world.counters.loginFailures).toBe(7);
  });

  it('do not count what is tried while they are locked', () => {
    const { world, clock } = testHost({ password: 'right' });
    for (let attempt = 0; attempt < 9; attempt += 1) {
      world.accounts.loginWithPassword('root', 'wrong');
    }
    clock.advance(15 * 60_000);
    world.accounts.loginWithPassword('root', 'wrong');
    expect(world.accounts.loginWithPassword('root', 'right')).toBe(true);
  });

  it('forget wrong passwords after a right one', () => {
    const { world } = testHost({ password: 'right' });
    for (let round = 0; round < 3; round += 1) {
      for (let attempt = 0; attempt < 4; attempt += 1) {
        world.accounts.loginWithPassword('root', 'wrong');
      }
      expect(world.accounts.loginWithPassword('root', 'right')).toBe(true);
    }
  });

  it('know their keys by content, not by comment', () => {
    const { world } = testHost({ authorizedKeys: [KEY] });
    expect(world.accounts.acceptsKey('root', 'ecdsa-sha2-nistp256 AAAAE2VjZHNh')).toBe(true);
    expect(world.accounts.acceptsKey('root', 'ecdsa-sha2-nistp256 BBBB')).toBe(false);
    expect(world.accounts.acceptsKey('other', KEY)).toBe(false);
  });

  it.each([{ kind: 'lockdown' as const }, { kind: 'accountLocked' as const }])('let nobody in under $kind', (misbehaviour) => {
    const { world } = testHost({ password: 'right', authorizedKeys: [KEY], misbehaviour: [misbehaviour] });
    expect([world.accounts.loginWithPassword('root', 'right'), world.accounts.acceptsKey('root', KEY)]).toEqual([false, false]);
  });

  it('take the new password only, once it was changed', () => {
    const { world } = testHost({ password: 'old' });
    world.accounts.changePassword('new');
    expect([world.accounts.loginWithPassword('root', 'old'), world.accounts.loginWithPassword('root', 'new')]).toEqual([false, true]);
  });
});
