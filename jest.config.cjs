/** Every package's tests in one run: `npx jest` from the root, `--selectProjects <name>` for one of them. */
module.exports = {
  projects: [
    '<rootDir>/packages/*/jest.config.cjs',
    '<rootDir>/plugins/*/jest.config.cjs',
    '<rootDir>/tools/jest.config.cjs',
    '<rootDir>/e2e/jest.config.cjs',
  ],
  // Jest takes this from the root only, in a run over several projects.
  testTimeout: require('./jest.preset.cjs').testTimeout,
};
