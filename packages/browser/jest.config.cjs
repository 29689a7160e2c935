const preset = require('../../jest.preset.cjs');

const [[, typescript]] = Object.entries(preset.transform);
module.exports = {
  ...preset,
  displayName: 'browser',
  // @noble/hashes comes as modules only.
  transform: { ...preset.transform, '@noble.+\\.js$': typescript },
  transformIgnorePatterns: ['/node_modules/(?!@noble/)'],
};
