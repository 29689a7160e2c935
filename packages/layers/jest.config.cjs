module.exports = { ...require('../../jest.plain-backend.cjs'), displayName: 'layers' };
