import { transform } from '@swc/core';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { packageFolders } from './package-folders.mjs';
import { root } from './run-command.mjs';

/** Packages that are published as the CommonJS that TypeScript makes of their sources. */
function commonJsPackages() {
  return packageFolders()
    .map((folder) => join(root, folder))
    .filter((folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).type === 'commonjs');
}

/**
 * What a module imports by name. Node's own modules are there at once, and an import for its effect is wanted at once.
 * @param {string} code
 */
function importedBy(code) {
  return [...code.matchAll(/\sfrom '([^']+)'/g)].flatMap(([, name = '']) =>
    name.startsWith('node:') ? [] : [name],
  );
}

/** TypeScript writes this on one line, swc on three: what was rewritten is left alone until TypeScript writes it again. */
const isFromTypeScript = (/** @type {string} */ code) => code.includes('"__esModule", { value: true }');

/**
 * Node's `import` finds the names of a CommonJS module without running it. swc writes them down for that, but not where a
 * module has one export alone, whose getter Node takes for one that is not safe to read.
 * @param {string} code
 */
function withNames(code) {
  const single = /^Object\.defineProperty\(exports, "(?!__esModule)(\w+)"/m;
  const [, name] = single.exec(code) ?? [];
  if (name === undefined) return code;
  const getter = `Object["defineProperty"](exports, "${name}"`;
  return `${code.replace(single, getter)}0 && (module.exports = { ${name}: null });\n`;
}

/**
 * Rewrites a module so that what it imports is loaded when it is first used: `train` asks for the trainer when somebody
 * trains, and whoever lists components needs no tfjs. The names of its exports stay where Node's `import` finds them.
 * @param {string} source - path of the TypeScript
 * @param {string} output - path of the JavaScript
 * @param {string} name - the module's, from the package's src
 */
async function rewrite(source, output, name) {
  const code = readFileSync(source, 'utf8');
  const { code: written, map } = await transform(code, {
    filename: source,
    sourceFileName: relative(dirname(output), source),
    swcrc: false,
    configFile: false,
    sourceMaps: true,
    inlineSourcesContent: false,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: {
      type: 'commonjs',
      lazy: importedBy(code),
      ignoreDynamic: true,
      exportInteropAnnotation: true,
    },
  });
  const file = `${name.split('/').at(-1)}.js`;
  writeFileSync(output, `${withNames(written)}//# sourceMappingURL=${file}.map\n`);
  if (map === undefined) throw new Error(`${source}: expected a source map, got none`);
  writeFileSync(`${output}.map`, map);
}

/** Makes the imports of every package that runs in Node lazy; the packages must have been compiled. docs/adr/0012 says why. */
export async function makeImportsLazy() {
  const modules = commonJsPackages().flatMap((folder) =>
    readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/\.(test|d)\.ts$/.test(file))
      .map((file) => file.slice(0, -'.ts'.length))
      .map((name) => ({
        name,
        source: join(folder, 'src', `${name}.ts`),
        output: join(folder, 'dist', `${name}.js`),
      })),
  );
  for (const { name, source, output } of modules)
    if (existsSync(output) && isFromTypeScript(readFileSync(output, 'utf8')))
      await rewrite(source, output, name);
}
