const preset = require('./jest.preset.cjs');

/**
 * For packages whose tests compute on tfjs's plain backend alone. What tfjs ships for Node is compiled to ES5, whose loops over arrays make
 * that backend half as fast as in its ES2017 build. All of tfjs is taken from there, since a class of ES5 cannot extend one of ES2017;
 * for the same reason, tests of TensorFlow's kernels cannot take it.
 */
module.exports = {
  ...preset,
  moduleNameMapper: {
    ...preset.moduleNameMapper,
    '^@tensorflow/tfjs-(core|backend-cpu|backend-webgl|converter|data|layers)$':
      '@tensorflow/tfjs-$1/dist/tf-$1.es2017.js',
  },
};
