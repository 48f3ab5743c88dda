// One project per kind of test; each kind says in its folder what it needs (docs/testing.md).
const project = (name, extra = {}) => ({
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  testEnvironment: 'node',
  // Tools that were built, and images with packages in them.
  modulePathIgnorePatterns: ['<rootDir>/.cache/'],
  extensionsToTreatAsEsm: ['.ts'],
  setupFiles: ['<rootDir>/test/support/jest/propertySeed.js'],
  transform: { '\\.ts$': '<rootDir>/test/support/jest/stripTypes.js' },
  ...extra,
});

export default {
  projects: [
    project('unit'),
    project('scenarios'),
    project('integration'),
    project('e2e'),
    project('docs'),
    project('install', { testTimeout: 60_000 }),
    // A part of install that `npm test` runs, where buildah and podman are there.
    project('image', { testMatch: ['<rootDir>/test/install/image.test.ts'] }),
  ],
};
