/**
 * Type-checks code that is not on disk against the workspace's sources: reads [{ file, code }] from stdin, prints what
 * TypeScript says of each. `file` need not exist; the code is a module that lies there.
 */
import { text } from 'node:stream/consumers';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const snippets = JSON.parse(await text(process.stdin)).map(({ file, code }) => ({
  path: join(root, file),
  code,
}));
const codeOf = new Map(snippets.map(({ path, code }) => [path, code]));

const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile);
const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
// As strict as `strict`, which is what most readers have.
const settings = {
  ...options,
  types: ['node', 'jest'],
  noUncheckedIndexedAccess: false,
  exactOptionalPropertyTypes: false,
  composite: false,
  declaration: false,
  declarationMap: false,
  noEmit: true,
};
const host = ts.createCompilerHost(settings);
const { fileExists, readFile, getSourceFile } = host;
host.fileExists = (path) => codeOf.has(path) || fileExists(path);
host.readFile = (path) => codeOf.get(path) ?? readFile(path);
host.getSourceFile = (path, ...rest) =>
  codeOf.has(path)
    ? ts.createSourceFile(path, codeOf.get(path), rest[0])
    : getSourceFile.call(host, path, ...rest);

const program = ts.createProgram([...codeOf.keys()], settings, host);
const found = snippets.map(({ path, code }) => {
  const source = program.getSourceFile(path);
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
    ({ start = 0, messageText }) => {
      const line = code.slice(0, start).split('\n').length;
      return `line ${line} (${code.split('\n')[line - 1].trim()}): ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    },
  );
});
console.log(JSON.stringify(found));
