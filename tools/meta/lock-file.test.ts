import { readManifest, readText, workspacePackages } from './repository.js';

interface LockEntry {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const lock = JSON.parse(readText('package-lock.json')) as { packages: Record<string, LockEntry> };

test('names no download address: whoever installs takes their own registry', () => {
  const addresses = Object.entries(lock.packages).filter(([, entry]) => /:\/\//.test(entry.resolved ?? ''));
  expect(addresses).toEqual([]);
});

test('knows the checksum of every package that is downloaded', () => {
  const unchecked = Object.entries(lock.packages)
    .filter(([path, entry]) => path.includes('node_modules/') && !entry.link && !entry.integrity)
    .map(([path]) => path);
  expect(unchecked).toEqual([]);
});

test('belongs to these package.json files', () => {
  for (const folder of ['', ...workspacePackages().map((workspace) => workspace.folder)]) {
    const { dependencies, devDependencies } = readManifest(folder);
    expect({ folder, ...lock.packages[folder]?.dependencies }).toEqual({ folder, ...dependencies });
    expect({ folder, ...lock.packages[folder]?.devDependencies }).toEqual({ folder, ...devDependencies });
  }
});

test('holds one tfjs', () => {
  const copies = Object.keys(lock.packages).filter((path) =>
    /(^|\/)node_modules\/@tensorflow\/tfjs(-core)?$/.test(path),
  );
  expect(copies.sort()).toEqual(['node_modules/@tensorflow/tfjs', 'node_modules/@tensorflow/tfjs-core']);
});
