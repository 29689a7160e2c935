module.exports = { ...require('../../jest.preset.cjs'), displayName: 'posthoc-ema' };
