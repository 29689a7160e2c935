import { readText, trackedFiles, workspacePackages } from './repository.js';

const mostLines = 4000;

/** Lines of the sources that a package publishes, tests left out. */
function linesOf(folder: string): number {
  return trackedFiles()
    .filter(
      (file) =>
        file.startsWith(`${folder}/src/`) &&
        /\.tsx?$/.test(file) &&
        !/\.test\.tsx?$|\/src\/(?:.*\/)?testing\//.test(file),
    )
    .reduce((sum, file) => sum + readText(file).split('\n').length - 1, 0);
}

const packages = workspacePackages();

test.each(packages)(`$folder has at most ${mostLines} lines`, ({ folder }) => {
  const lines = linesOf(folder);
  expect(lines).toBeGreaterThan(50);
  expect(lines).toBeLessThanOrEqual(mostLines);
});

test('lines are counted: the bound can be broken', () => {
  // Two of them in one package would be too many.
  const [largest, second] = packages.map(({ folder }) => linesOf(folder)).sort((a, b) => b - a);
  expect(largest! + second!).toBeGreaterThan(mostLines);
});
