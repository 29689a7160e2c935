/** The error codes of the source: what is thrown, and what the packages say of it in their error-codes.ts. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../setup/run-command.mjs';

const kinds = ['usage', 'missing', 'data', 'stopped', 'failed'];
const codePattern = /^[A-Z][A-Z0-9_]{2,}$/;

function sourceFiles() {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'packages', 'plugins'], {
    cwd: root,
    encoding: 'utf8',
  });
  return [...new Set(listed.trim().split('\n'))].filter(
    (file) => /^(packages|plugins)\/[^/]+\/src\/.*\.ts$/.test(file) && !/\.test\.ts$|\/testing\//.test(file),
  );
}

/** The text of a string literal; of anything else null. @param {ts.Node | undefined} node */
const textOf = (node) => (node !== undefined && ts.isStringLiteralLike(node) ? node.text : null);

/**
 * Every literal in an expression that is a code: `x ? 'A_CODE' : 'B_CODE'` has two.
 * @param {ts.Node | undefined} node
 * @returns {string[]}
 */
function codesIn(node) {
  const text = textOf(node);
  if (text !== null) return codePattern.test(text) ? [text] : [];
  if (node === undefined || !ts.isConditionalExpression(node)) return [];
  return [...codesIn(node.whenTrue), ...codesIn(node.whenFalse)];
}

/** @param {ts.Expression | undefined} object @param {string} name */
function propertyOf(object, name) {
  if (object === undefined || !ts.isObjectLiteralExpression(object)) return undefined;
  const property = object.properties.find((one) => one.name?.getText() === name);
  return property && ts.isPropertyAssignment(property) ? property.initializer : undefined;
}

/**
 * @typedef {object} ErrorCodes
 * @property {{ code: string, kind: string | null, file: string }[]} thrown
 * @property {{ code: string, meaning: string, remedy: string, file: string }[]} told
 */

/** @returns {ErrorCodes} */
export function readErrorCodes() {
  /** @type {ErrorCodes['thrown']} */
  const thrown = [];
  /** @type {ErrorCodes['told']} */
  const told = [];
  for (const file of sourceFiles()) {
    const source = ts.createSourceFile(
      file,
      readFileSync(join(root, file), 'utf8'),
      ts.ScriptTarget.Latest,
      true,
    );
    const visit = (/** @type {ts.Node} */ node) => {
      if (
        ts.isNewExpression(node) &&
        /^(Ganymede|TensorFlow|Pjrt|StableHlo|Wheel)Error$/.test(node.expression.getText())
      ) {
        const [codes, , details] = node.arguments ?? [];
        const kind = textOf(propertyOf(details, 'kind'));
        for (const code of codesIn(codes)) thrown.push({ code, kind, file });
      } else if (ts.isArrayLiteralExpression(node) && node.elements.length > 2) {
        // A row of a table of errors: code, kind, and the words.
        const [code, kind] = node.elements.map(textOf);
        if (code && kind && codePattern.test(code) && kinds.includes(kind)) thrown.push({ code, kind, file });
      } else if (file.endsWith('/src/error-codes.ts') && ts.isPropertyAssignment(node)) {
        const meaning = textOf(propertyOf(node.initializer, 'meaning'));
        const remedy = textOf(propertyOf(node.initializer, 'remedy'));
        if (meaning !== null && remedy !== null)
          told.push({ code: node.name.getText(), meaning, remedy, file });
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return { thrown, told };
}

/**
 * What is wrong with the codes of the source, in words: each has one kind and one meaning, and is thrown somewhere.
 * @param {ErrorCodes} codes
 */
export function errorCodeProblems({ thrown, told }) {
  const problems = [];
  const kindsOf = new Map();
  for (const { code, kind, file } of thrown) {
    if (kind === null || !kinds.includes(kind))
      problems.push(`${file}: ${code}: expected a kind as a literal`);
    kindsOf.set(code, (kindsOf.get(code) ?? new Set()).add(kind));
  }
  for (const [code, own] of kindsOf) {
    if (own.size > 1) problems.push(`${code}: expected one kind, got ${[...own].join(' and ')}`);
    const meanings = told.filter((one) => one.code === code);
    if (meanings.length !== 1)
      problems.push(`${code}: expected one meaning in an error-codes.ts, got ${meanings.length}`);
  }
  for (const { code, file } of told)
    if (!kindsOf.has(code)) problems.push(`${file}: ${code}: expected a code that is thrown`);
  return problems;
}
