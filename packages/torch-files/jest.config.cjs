module.exports = { ...require('../../jest.preset.cjs'), displayName: 'torch-files' };
