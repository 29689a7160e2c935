// Bundles the TypeScript half of @tensorflow/tfjs-node-gpu (its kernels, Apache-2.0) for packages/tensorflow, so
// that nobody has to install the package with its native binding.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { modulesOf, noticesName, noticesOf } from './browser/notices.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(join(root, 'package.json'));
const source = dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
const { version } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
const target = join(root, 'packages', 'tensorflow', 'kernels');

// The kernels register themselves for a backend named 'tensorflow' when they are imported, and take their constants
// (TF_FLOAT, ...) from the backend of that name. Here importing does nothing, and the name is the caller's, so that a
// stock tfjs-node can be registered beside; the constants are those of any backend of ours.
const entry = `
  const layer = require('./dist/nodejs_kernel_backend.js');
  const { kernelConfigs } = require('./dist/register_all_kernels.js');
  const { getKernel, registerKernel } = require('@tensorflow/tfjs');
  exports.NodeJSKernelBackend = layer.NodeJSKernelBackend;
  exports.registerKernels = (backendName, backend) => {
    layer.constants = backend;
    for (const config of kernelConfigs) {
      if (!getKernel(config.kernelName, backendName)) registerKernel({ ...config, backendName });
    }
  };
`;

const edits = [
  {
    file: 'nodejs_kernel_backend.js',
    from: "tf.findBackend('tensorflow')",
    to: 'exports.constants',
  },
  {
    file: 'register_all_kernels.js',
    from: '(0, tfjs_1.registerKernel)(kernelConfig)',
    to: '(exports.kernelConfigs ??= []).push(kernelConfig)',
  },
];

/** @type {import('esbuild').Plugin} */
const adaptImports = {
  name: 'adapt-imports',
  setup(builder) {
    // A second copy of tfjs-core would have its own engine and registries; the union package exports the same names.
    builder.onResolve({ filter: /^@tensorflow\/tfjs-core$/ }, () => ({
      path: '@tensorflow/tfjs',
      external: true,
    }));
    // util.isNullOrUndefined and util.isArray are gone since Node 23.
    builder.onResolve({ filter: /^util$/ }, () => ({ path: 'util', namespace: 'still-there' }));
    for (const { file, from, to } of edits) {
      builder.onLoad({ filter: new RegExp(`[\\\\/]dist[\\\\/]${file}$`) }, ({ path }) => {
        const contents = readFileSync(path, 'utf8');
        if (!contents.includes(from))
          throw new Error(`bundle-kernels: expected ${from} in ${file}, got none`);
        return { contents: contents.replaceAll(from, to), loader: 'js' };
      });
    }
    builder.onLoad({ filter: /.*/, namespace: 'still-there' }, () => ({
      contents: `
        const util = require('node:util');
        module.exports = { ...util, isNullOrUndefined: (x) => x === null || x === undefined, isArray: Array.isArray };
      `,
    }));
  },
};

const result = await build({
  stdin: { contents: entry, resolveDir: source },
  absWorkingDir: root,
  bundle: true,
  metafile: true,
  write: false,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['@tensorflow/tfjs', 'node:util'],
  plugins: [adaptImports],
  banner: {
    js: `/* Kernel layer of @tensorflow/tfjs-node-gpu ${version}. Copyright Google LLC. Apache-2.0: see ${noticesName}. */`,
  },
  logLevel: 'warning',
});

const [bundle] = result.outputFiles;
if (!bundle) throw new Error('bundle-kernels: expected one file of output, got none');
mkdirSync(target, { recursive: true });
const temporary = join(target, `index.cjs.${process.pid}`);
writeFileSync(temporary, bundle.text);
renameSync(temporary, join(target, 'index.cjs'));
writeFileSync(join(target, noticesName), noticesOf(modulesOf([result])));
console.log(
  `bundled the kernel layer of tfjs-node-gpu ${version}: ${(bundle.text.length / 1e6).toFixed(2)} MB`,
);
