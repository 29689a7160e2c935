module.exports = {
  ...require('../jest.preset.cjs'),
  displayName: 'e2e',
  globalSetup: '<rootDir>/src/global-setup.ts',
  globalTeardown: '<rootDir>/src/global-teardown.ts',
  // Installing packages and training a few steps on an emulated CPU both take their time.
  testTimeout: 600_000,
};
