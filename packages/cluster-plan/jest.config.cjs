module.exports = { ...require('../../jest.preset.cjs'), displayName: 'cluster-plan' };
