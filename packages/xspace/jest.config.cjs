module.exports = { ...require('../../jest.preset.cjs'), displayName: 'xspace' };
