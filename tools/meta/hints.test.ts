import ts from 'typescript';
import { commandFlags, commandProblem } from './command-lines.js';
import { readText, trackedFiles } from './repository.js';

/** Flags of other programs that texts name, and of scripts in tools/. */
const ofOthers = new Set(['--build-addon-from-source', '--logdir', '--clean', '--gpu', '--xla', '--test']);
const sources = trackedFiles().filter(
  (file) => /^(packages|plugins)\/[^/]+\/src\/.*\.ts$/.test(file) && !/\.test\.ts$|\/testing\//.test(file),
);

/** The texts of a file that may name a command or a flag: its string literals, templates with `${}` for what is put in. */
function textsOf(file: string): readonly string[] {
  const content = readText(file);
  if (!/\bganymede |--[a-z]/.test(content)) return [];
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) texts.push(node.text);
    else if (ts.isTemplateExpression(node))
      texts.push([node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('${}'));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, content, ts.ScriptTarget.Latest, true));
  return texts;
}

/** `ganymede ...` in a text, up to where a sentence goes on. */
const isTopic = (line: string): boolean =>
  Object.keys(commandFlags()).some((id) => id.startsWith(`${line}:`));
const commandLines = (text: string) =>
  [
    ...text.matchAll(
      /\bganymede (?!hashes )((?:[a-z-]+)(?: (?:--?[a-z][a-z-]*|<[^>]+>|\$\{\}|[a-z0-9-]+))*)/g,
    ),
  ].map(([, words]) => words!);

test('what a text says to type exists', () => {
  const wrong = sources.flatMap((file) =>
    textsOf(file).flatMap((text) =>
      commandLines(text).flatMap((line) => {
        const problem = isTopic(line) ? null : commandProblem(line.split(' '));
        return problem === null ? [] : [`${file}: ganymede ${line}: ${problem}`];
      }),
    ),
  );
  expect(wrong).toEqual([]);
});

test('every flag that a text names is one of some command', () => {
  const all = new Set(Object.values(commandFlags()).flat());
  const wrong = sources
    // The flags of XLA and of pip.
    .filter((file) => !/^packages\/(tensorflow|wheels)\//.test(file))
    .flatMap((file) =>
      textsOf(file).flatMap((text) =>
        [...text.matchAll(/(?<![\w(-])--[a-z][a-z-]+(?=$|[\s`.,;:)=])(?!:)/g)]
          .map(([flag]) => flag)
          .filter((flag) => !all.has(flag) && !ofOthers.has(flag) && flag !== '--help')
          .map((flag) => `${file}: ${flag}`),
      ),
    );
  expect(wrong).toEqual([]);
});
