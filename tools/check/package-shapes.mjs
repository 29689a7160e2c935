/**
 * Whether every package can be taken as its manifest says: publint on what would be published, and "are the types wrong"
 * on how TypeScript and Node resolve it. Prints what is wrong; the exit code says whether anything is.
 */
import { checkPackage, Package } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolders } from '../setup/package-folders.mjs';
import { root } from '../setup/run-command.mjs';

/**
 * Every file that npm would publish and that resolution may look at.
 * @param {string} folder - the package's
 * @param {string} name - the package's
 */
function publishedFiles(folder, name) {
  const files = readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(js|json|d\.ts)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    [join(folder, 'package.json'), ...files].map((file) => [
      `/node_modules/${name}${file.slice(folder.length)}`,
      readFileSync(file, 'utf8'),
    ]),
  );
}

/** @param {string} folder - a package's @returns {Promise<string[]>} */
async function problemsOf(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const toLine = (/** @type {string} */ text) => `${manifest.name}: ${text}`;
  const { messages } = await publint({ pkgDir: folder, pack: false, strict: true });
  const shapes = messages.map(
    (message) => formatMessage(message, manifest, { color: false }) ?? JSON.stringify(message),
  );
  const result = await checkPackage(
    new Package(publishedFiles(folder, manifest.name), manifest.name, manifest.version),
  );
  if (!result.types) return [...shapes, 'expected declarations of types, got none'].map(toLine);
  // No Node that the packages run on resolves as `node10`; what finds a whole package that way is fine all the same.
  const wrong = result.problems.filter(
    (one) =>
      (!('resolutionKind' in one) || one.resolutionKind !== 'node10' || one.entrypoint === '.') &&
      // What is for pages alone is an ES module, which Node 20.19 and later can require as well.
      !(one.kind === 'CJSResolvesToESM' && manifest.type === 'module'),
  );
  return [...shapes, ...wrong.map((problem) => JSON.stringify(problem))].map(toLine);
}

const found = [];
for (const folder of packageFolders()) found.push(...(await problemsOf(join(root, folder))));
for (const text of found) console.error(text);
process.exitCode = found.length === 0 ? 0 : 1;
