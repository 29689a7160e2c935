import { readText, trackedFiles, workspacePackages, type Manifest } from './repository.js';
import { builtinModules } from 'node:module';

const packages = workspacePackages();
const builtIn = new Set(builtinModules);

/** Name of the package that a module specifier leads to; null for a file of one's own and for Node's modules. */
function packageOf(specifier: string): string | null {
  if (specifier.startsWith('.') || specifier.startsWith('node:') || builtIn.has(specifier)) return null;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Packages that the published sources name: by import, of values or of types, by `import()` and by `require`. */
function importedBy(folder: string): ReadonlySet<string> {
  const sources = trackedFiles().filter(
    (file) =>
      file.startsWith(`${folder}/src/`) &&
      /\.tsx?$/.test(file) &&
      !/\.test\.tsx?$|\/src\/(?:.*\/)?testing\//.test(file) &&
      !file.endsWith('.d.ts'),
  );
  const specifiers = sources.flatMap((file) =>
    [
      ...readText(file).matchAll(
        /(?:^|\n)(?:import|export)\s[^;'"]*?from '([^']+)'|(?:^|\n)import '([^']+)'|import\('([^']+)'\)|\(__filename\)\('([^']+)'\)|require\.resolve\([`']([^`']+)/g,
      ),
    ].map((match) => match.slice(1).find((one) => one !== undefined)!),
  );
  return new Set(specifiers.flatMap((one) => packageOf(one) ?? []));
}

const declaredBy = ({
  dependencies,
  peerDependencies,
  optionalDependencies,
}: Manifest): readonly string[] => [
  ...Object.keys(dependencies ?? {}),
  ...Object.keys(peerDependencies ?? {}),
  ...Object.keys(optionalDependencies ?? {}),
];

/** Loaded by name from a manifest, not by import. */
const byName = (manifest: Manifest): readonly string[] => {
  const { oclif } = manifest as { oclif?: { plugins?: readonly string[] } };
  // tfjs is a peer of whoever hands its tensors on; the CLI, an application, brings it.
  return [...(oclif?.plugins ?? []), '@tensorflow/tfjs'];
};

describe.each(packages)('$folder', ({ folder, manifest }) => {
  test('declares every package that it imports: a strict layout has no others', () => {
    // What is published as a bundle has its dependencies in it.
    const isBundle = manifest.files?.some((file) => ['bundle', 'pages'].includes(file)) ?? false;
    const declared = [
      ...declaredBy(manifest),
      ...(isBundle ? Object.keys(manifest.devDependencies ?? {}) : []),
    ];
    const undeclared = [...importedBy(folder)].filter(
      (name) => !declared.includes(name) && name !== manifest.name,
    );
    expect(undeclared).toEqual([]);
  });

  test('imports every package that it declares', () => {
    const used = importedBy(folder);
    const unused = declaredBy(manifest).filter((name) => !used.has(name) && !byName(manifest).includes(name));
    expect(unused).toEqual([]);
  });
});

test('imports are found: the checks can fail', () => {
  expect([...importedBy('packages/losses')].sort()).toEqual(['@ganymede/core', '@tensorflow/tfjs', 'zod']);
  expect([...importedBy('packages/toolkit')].length).toBeGreaterThan(5);
});
