/**
 * What bundlers for browsers make of the packages, as JSON: `sizes`, of one export bundled alone, in bytes, minified, with
 * tfjs left outside as its user has it; `effects`, what is left of a package of which nothing is used.
 */
import { build, transform } from 'esbuild';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { buildModules, markPure } from '../setup/esm.mjs';
import { packageFolders } from '../setup/package-folders.mjs';
import { root } from '../setup/run-command.mjs';

await buildModules();

/** The source of each package's index, by the package's name. */
const indexes = Object.fromEntries(
  packageFolders()
    .map((folder) => join(root, folder))
    .map((folder) => [
      JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name,
      join(folder, 'src/index.ts'),
    ]),
);

/** @param {string} contents @param {import('esbuild').BuildOptions} [options] @returns {Promise<string>} */
async function bundled(contents, options = {}) {
  const {
    outputFiles: [bundle],
  } = await build({
    stdin: { contents, resolveDir: join(root, 'packages/toolkit') },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    external: ['@tensorflow/*', 'node:*'],
    logLevel: 'error',
    ...options,
    write: false,
  });
  if (!bundle) throw new Error('measure-bundles: expected one file of output, got none');
  return bundle.text;
}

/**
 * Takes no package's word for it that it has no effects: its own modules are all kept, as the build makes them, and other
 * packages are left out.
 * @type {import('esbuild').Plugin}
 */
const distrustful = {
  name: 'distrustful',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /.*/ }, ({ path, importer, resolveDir }) => {
      if (path.startsWith('/')) return { path, sideEffects: true };
      if (!path.startsWith('.')) return { path, external: true, sideEffects: false };
      const file = resolve(importer ? dirname(importer) : resolveDir, path.replace(/\.js$/, '.ts'));
      return { path: file, sideEffects: true };
    });
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, 'utf8'), { loader: 'ts', target: 'es2022' });
      return { contents: markPure(code), loader: 'js' };
    });
  },
};

/** @type {Record<string, number>} */
const sizes = {};
for (const one of JSON.parse(process.argv[2] ?? '[]')) {
  const [name, from] = one.split(' of ');
  sizes[one] = (await bundled(`export { ${name} } from '${from}';`)).length;
}
/** @type {Record<string, string>} */
const effects = {};
for (const [name, file] of Object.entries(indexes)) {
  const left = await bundled(`import '${file}';`, { plugins: [distrustful] });
  // Names taken out of another package's namespace: no bundler dares to drop them, and they do nothing.
  effects[name] = left.replaceAll(/import\*as [\w$]+ from"[^"]+";|var\{[^{}]*\}=[\w$]+;/g, '').trim();
}
console.log(JSON.stringify({ sizes, effects }));
