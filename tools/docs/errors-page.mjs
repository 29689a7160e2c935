/**
 * `npm run docs`: writes docs/errors.md from the source. With `--check` it writes nothing and fails if the page is stale
 * or a code has no kind or meaning.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import prettier from 'prettier';
import { root } from '../setup/run-command.mjs';
import { errorCodeProblems, readErrorCodes } from './error-codes.mjs';

const groups = [
  ['usage', 2, 'The command line or the config is wrong; nothing was started.'],
  ['missing', 3, 'Something that is needed is not there.'],
  ['stopped', 4, 'A stabilizer ended the run.'],
  ['data', 5, 'A file is there and cannot be taken.'],
  ['failed', 1, 'The rest, mistakes of programs that use the packages among them.'],
];

const found = readErrorCodes();
const problems = errorCodeProblems(found);
const kindOf = new Map(found.thrown.map(({ code, kind }) => [code, kind]));
const rows = [...found.told].sort((a, b) => (a.code < b.code ? -1 : 1));
const cell = (/** @type {string} */ text) => text.replaceAll('|', '\\|').replaceAll('<', '\\<');
const sections = groups.map(([kind, exitCode, meaning]) => {
  const lines = rows
    .filter(({ code }) => kindOf.get(code) === kind)
    .map(({ code, meaning: own, remedy }) => `| \`${code}\` | ${cell(own)} | ${cell(remedy)} |`);
  return `## ${kind}: exit code ${exitCode}\n\n${meaning}\n\n| code | means | what to do |\n| --- | --- | --- |\n${lines.join('\n')}\n`;
});
const page = `# Errors

Every error has a code, which stays what it is, and a kind, which decides the exit code of the command (see
[cli.md](cli.md)). The message says what was expected and what came, and most have a hint; this page says what
each code means. It is made from the source by \`npm run docs\`.

\`UNEXPECTED\` (exit code 1) is a mistake of Ganymede itself: type the command again with \`DEBUG=1\` before it, and
report what it prints with the output of \`ganymede doctor\`. Plugins may have codes of their own;
codes that begin with \`PJRT_\` are those of XLA's plugins, and their message is the plugin's.

${sections.join('\n')}`;

const path = join(root, 'docs/errors.md');
const style = await prettier.resolveConfig(path);
const formatted = await prettier.format(page, { ...style, parser: 'markdown' });
const current = existsSync(path) ? readFileSync(path, 'utf8') : '';
if (!process.argv.includes('--check')) writeFileSync(path, formatted);
else if (formatted !== current) problems.push('docs/errors.md is stale. Run npm run docs.');
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
}
