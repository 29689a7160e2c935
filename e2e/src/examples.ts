import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expectSuccess, runProgram, type ProgramResult } from './run-program.js';
import { strictFolder, type Example } from './workplace.js';

const repositoryTools = resolve(__dirname, '../../node_modules');

/** Where examples run: files that they name lie there. */
const workingFolder = (): string => join(strictFolder(), 'files');

export const projectFolder = (name: string): string => join(strictFolder(), 'projects', name);

/** What TypeScript says of each project's example, and of the packages' declarations, by the folder that it lies in. */
export async function compileExamples(): Promise<ReadonlyMap<string, readonly string[]>> {
  const compiler = join(repositoryTools, 'typescript/bin/tsc');
  const { stdout } = await runProgram(
    process.execPath,
    [compiler, '--typeRoots', join(repositoryTools, '@types')],
    {
      cwd: strictFolder(),
    },
  );
  const found = new Map<string, string[]>();
  // Lines that go on with a diagnostic are indented. Declarations of other people's packages are theirs.
  for (const diagnostic of stdout.split(/\n(?=\S)/)) {
    const folder = /^(projects\/[^/]+|node_modules\/\.store\/@ganymede\/[^/@]+)/.exec(diagnostic)?.[1];
    if (folder !== undefined) found.set(folder, [...(found.get(folder) ?? []), diagnostic.trim()]);
    else if (!/^\S+: error TS\d+|^$/.test(diagnostic)) throw new Error(stdout);
  }
  return found;
}

/** Makes what the examples find in their working folder. */
export async function makeFiles(): Promise<void> {
  if (existsSync(join(workingFolder(), 'runs'))) return;
  const program = join(projectFolder('every-package'), 'make-files.mjs');
  await expectSuccess(process.execPath, [program], { cwd: workingFolder() });
}

/** Runs a compiled example. */
export function runExample({ name, isTest }: Example): Promise<ProgramResult> {
  if (!isTest)
    return runProgram(process.execPath, [join(projectFolder(name), 'example.mjs')], { cwd: workingFolder() });
  const jest = join(repositoryTools, 'jest/bin/jest.js');
  return runProgram(process.execPath, [jest, '--rootDir', '.', '--testRegex', 'example.test.cjs'], {
    cwd: projectFolder(name),
  });
}
