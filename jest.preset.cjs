/** Shared jest settings: run TypeScript sources through swc and resolve workspace packages to their sources. */
module.exports = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@ganymede/source', 'node', 'require', 'default'] },
  testMatch: ['<rootDir>/src/**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // What tfjs ships for Node is compiled to ES5, whose loops over arrays make the plain backend half as fast as in its ES2017 build.
    // All of them, since a class of ES5 cannot extend one of ES2017. End-to-end tests run what Node runs.
    '^@tensorflow/tfjs-(core|backend-cpu|backend-wasm|backend-webgl|converter|data|layers)$':
      '@tensorflow/tfjs-$1/dist/tf-$1.es2017.js',
  },
  testTimeout: 60_000,
};
