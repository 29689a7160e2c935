/**
 * Lints code that is not on disk with the repository's own configuration: reads [{ file, code }] from stdin, prints
 * the ids of the rules that fire for each. `file` is an existing file, whose place and project the code takes.
 */
import { ESLint } from 'eslint';
import { text } from 'node:stream/consumers';

const eslint = new ESLint();
const fired = [];
for (const { file, code } of JSON.parse(await text(process.stdin))) {
  const [result] = await eslint.lintText(code, { filePath: file });
  if (!result) throw new Error(`lint-snippets: expected a result for ${file}, got none`);
  fired.push(result.messages.map(({ ruleId, message }) => `${ruleId ?? 'error'}: ${message}`));
}
console.log(JSON.stringify(fired));
