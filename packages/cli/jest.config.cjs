module.exports = {
  ...require('../../jest.preset.cjs'),
  displayName: 'cli',
  setupFilesAfterEnv: ['<rootDir>/jest.setup.cjs'],
};
