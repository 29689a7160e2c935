module.exports = {
  ...require('../jest.preset.cjs'),
  displayName: 'e2e',
  setupFilesAfterEnv: ['<rootDir>/src/patience.ts'],
};
