// One project per kind of test; each kind says in its folder what it needs (docs/testing.md).
const project = (name, extra = {}) => ({
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  setupFiles: ['<rootDir>/test/support/jest/propertySeed.js'],
  transform: { '\\.ts$': '<rootDir>/test/support/jest/stripTypes.js' },
  ...extra,
});

export default {
  projects: [project('unit'), project('scenarios'), project('integration'), project('e2e'), project('install', { testTimeout: 60_000 })],
};
