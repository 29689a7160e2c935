import { readManifest, readText, trackedFiles, workspacePackages, type Manifest } from './repository.js';

const packages = workspacePackages();
const root = readManifest('.');
const ours = new Set(packages.map(({ manifest }) => manifest.name));
const exactVersion = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/** What stands below tfjs: useful without it. */
const knowsNoTfjs = (manifest: Manifest): boolean =>
  (manifest.nx?.tags ?? []).some((tag) => /^layer:(precision|stablehlo|pjrt|wheels)$/.test(tag));

/** What asks where its own files lie, as only CommonJS can; such a package runs in Node alone. */
const findsFilesBesideItself = (folder: string): boolean =>
  trackedFiles()
    .filter(
      (file) =>
        file.startsWith(`${folder}/src/`) && /(?<!\.test)\.ts$/.test(file) && !file.includes('/testing/'),
    )
    .some((file) => /\b__(dirname|filename)\b|require\.resolve\(/.test(readText(file)));

/** What a page loads: it brings tfjs's core in its bundle, so that its user need not. */
const runsInPages = (manifest: Manifest): boolean => (manifest.nx?.tags ?? []).includes('layer:browser');

/** Versions that the whole repository agrees on, from the first manifest that names each package. */
function versionsInUse(): Map<string, Map<string, string>> {
  const found = new Map<string, Map<string, string>>();
  for (const { dependencies, devDependencies, optionalDependencies, peerDependencies, name } of [
    root,
    ...packages.map(({ manifest }) => manifest),
  ]) {
    for (const group of [dependencies, devDependencies, optionalDependencies, peerDependencies]) {
      for (const [dependency, version] of Object.entries(group ?? {})) {
        const users = found.get(dependency) ?? new Map<string, string>();
        users.set(name, version);
        found.set(dependency, users);
      }
    }
  }
  return found;
}

test('there are packages to check', () => {
  expect(packages.length).toBeGreaterThan(10);
});

describe.each(packages)('$folder', ({ folder, manifest }) => {
  test('is named after its folder, described and licensed', () => {
    expect(manifest.name).toBe(`@ganymede/${folder.split('/')[1]}`);
    expect(manifest.description).toMatch(/\S.{15,}/);
    expect(manifest.license).toBe('MIT');
    expect(manifest.version).toBe(root.version);
    expect(manifest.private).toBeUndefined();
    expect(manifest.repository).toEqual({ ...root.repository, directory: folder });
    // npm packs a LICENSE that lies beside the manifest, and no other.
    expect(readText(`${folder}/LICENSE`)).toBe(readText('LICENSE'));
  });

  test('is one CommonJS for Node, ES modules for bundlers and source for the workspace', () => {
    if (runsInPages(manifest)) {
      // Its bundle is made of modules, and there is nothing to require.
      expect(manifest.type).toBe('module');
      expect(manifest.exports).toEqual({
        '.': {
          '@ganymede/source': './src/index.ts',
          types: './dist/index.d.ts',
          default: './bundle/index.js',
        },
        './package.json': './package.json',
      });
      return;
    }
    expect(manifest.type).toBe('commonjs');
    expect(manifest.main).toBe('./dist/index.js');
    expect(manifest.types).toBe('./dist/index.d.ts');
    const { './package.json': own, ...entries } = manifest.exports ?? {};
    expect(own).toBe('./package.json');
    expect(entries).toHaveProperty(['.']);
    for (const [name, entry] of Object.entries(entries)) {
      const base = name === '.' ? 'index' : name.slice(2);
      expect(Object.entries(entry as object)).toEqual([
        ['@ganymede/source', `./src/${base}.ts`],
        ['types', `./dist/${base}.d.ts`],
        ...(findsFilesBesideItself(folder) ? [] : [['module', `./dist/esm/${base}.js`]]),
        ['default', `./dist/${base}.js`],
      ]);
    }
  });

  test('publishes what it is built into, without tests', () => {
    expect(manifest.files).toEqual(
      expect.arrayContaining(['dist', 'src', '!**/*.test.*', '!**/*.tsbuildinfo']),
    );
    expect(manifest.engines).toEqual(root.engines);
  });

  test('runs no script when it is installed', () => {
    const scripts = Object.keys(manifest.scripts ?? {});
    expect(scripts.filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
  });

  test('says its layer, and only one', () => {
    expect((manifest.nx?.tags ?? []).filter((tag) => tag.startsWith('layer:'))).toHaveLength(1);
  });

  test('pins its dependencies, and ours at the version of this repository', () => {
    for (const group of [manifest.dependencies, manifest.devDependencies, manifest.peerDependencies]) {
      for (const [name, version] of Object.entries(group ?? {})) {
        expect(`${name}@${version}`).toMatch(/@\d+\.\d+\.\d+(-[\w.]+)?$/);
        if (ours.has(name)) expect(`${name}@${version}`).toBe(`${name}@${root.version}`);
      }
    }
  });

  test('takes tfjs from its user: two copies would not see each other’s tensors', () => {
    if (knowsNoTfjs(manifest)) {
      const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.peerDependencies };
      expect(Object.keys(all).filter((name) => name.startsWith('@tensorflow/'))).toEqual([]);
      return;
    }
    if (runsInPages(manifest)) {
      for (const group of [manifest.dependencies, manifest.peerDependencies])
        expect(Object.keys(group ?? {}).filter((name) => name.startsWith('@tensorflow/'))).toEqual([]);
      return;
    }
    const isApplication = manifest.bin !== undefined;
    const group = isApplication ? manifest.dependencies : manifest.peerDependencies;
    expect(group?.['@tensorflow/tfjs']).toBe(root.dependencies?.['@tensorflow/tfjs']);
    if (!isApplication) expect(manifest.dependencies).not.toHaveProperty('@tensorflow/tfjs');
  });
});

test('the whole repository uses one version of each package', () => {
  const disagreements = [...versionsInUse()].filter(([, users]) => new Set(users.values()).size > 1);
  expect(disagreements).toEqual([]);
});

test('the root pins its tools, and all of nx at one version', () => {
  const tools = Object.entries({ ...root.dependencies, ...root.devDependencies });
  expect(tools.filter(([, version]) => !exactVersion.test(version))).toEqual([]);
  const nx = tools.filter(([name]) => name === 'nx' || name.startsWith('@nx/')).map(([, version]) => version);
  expect(nx.length).toBeGreaterThan(1);
  expect(new Set(nx).size).toBe(1);
});
