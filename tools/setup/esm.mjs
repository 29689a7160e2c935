import { parse } from 'acorn';
import { build as bundle } from 'esbuild';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageFolders } from './package-folders.mjs';
import { root } from './run-command.mjs';

/** Folder of the ES modules in a package; docs/adr/0011 says who reads them. */
const output = 'dist/esm';

/** Packages of the workspace whose manifest has ES modules for bundlers. */
function packagesWithModules() {
  return packageFolders()
    .map((folder) => join(root, folder))
    .filter((folder) =>
      readFileSync(join(folder, 'package.json'), 'utf8').includes(`"./${output}/index.js"`),
    );
}

/** The sources of a package, without tests. @param {string} folder - the package's */
function sourcesIn(folder) {
  return readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => join(folder, 'src', file));
}

/**
 * Whether an expression may run code: a literal, a function and a name do not.
 * @param {import('acorn').Expression | import('acorn').SpreadElement} node
 * @returns {boolean}
 */
function mayRun(node) {
  if (node.type === 'ArrayExpression') return node.elements.some((one) => one !== null && mayRun(one));
  if (node.type === 'ObjectExpression')
    return node.properties.some((one) => one.type !== 'Property' || one.computed || mayRun(one.value));
  return !['Literal', 'Identifier', 'ArrowFunctionExpression', 'FunctionExpression'].includes(node.type);
}

/**
 * Marks what the top level of a module computes as free of effects, so that a bundler leaves out what nobody uses: one
 * loss comes without the options of the others, and without zod. That it is free of them is a house rule (importing does
 * nothing), which tools/meta/side-effects.test.ts checks.
 * @param {string} code - an ES module
 * @returns {string} - line by line the same
 */
export function markPure(code) {
  const values = parse(code, { ecmaVersion: 'latest', sourceType: 'module' }).body.flatMap((statement) => {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declaration?.type !== 'VariableDeclaration') return [];
    return declaration.declarations.flatMap(({ init }) => (init && mayRun(init) ? [init] : []));
  });
  let marked = code;
  for (const { start, end } of values.reverse()) {
    marked = `${marked.slice(0, start)}/* @__PURE__ */ (() => (${marked.slice(start, end)}))()${marked.slice(end)}`;
  }
  return marked;
}

/** @param {string} file @param {string} text */
function writeIfChanged(file, text) {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** What is left of sources that are gone. @param {string} folder @param {ReadonlySet<string>} wanted - paths */
function removeOthers(folder, wanted) {
  if (!existsSync(folder)) return;
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, file);
    if (!wanted.has(path) && statSync(path).isFile()) rmSync(path);
  }
}

/** Writes the ES modules of every package that has some: its sources one by one, without types. */
export async function buildModules() {
  for (const folder of packagesWithModules()) {
    const written = new Set([join(folder, output, 'package.json')]);
    const { outputFiles } = await bundle({
      entryPoints: sourcesIn(folder),
      outbase: join(folder, 'src'),
      outdir: join(folder, output),
      bundle: false,
      format: 'esm',
      target: 'es2022',
      write: false,
      logLevel: 'warning',
    });
    for (const { path, text } of outputFiles) {
      writeIfChanged(path, markPure(text));
      written.add(path);
    }
    // `.js` here means ES modules, though the package's own are CommonJS.
    writeIfChanged(
      join(folder, output, 'package.json'),
      `${JSON.stringify({ type: 'module', sideEffects: false })}\n`,
    );
    removeOthers(join(folder, output), written);
  }
}
