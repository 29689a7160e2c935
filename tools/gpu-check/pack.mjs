/**
 * Packs what a GPU machine without network and without Node needs to run `check.mjs`, in parts that fit a narrow door.
 *
 * usage: node tools/gpu-check/pack.mjs OUT [--limit 60] [--data images.tar] [--biggan CHECKOUT] [--parity FOLDER]...
 *
 * OUT/part-1 holds Node, the built packages with what they depend on, the tools, BigGAN-PyTorch's code for the comparison
 * (a checkout, with --biggan) and parity fixtures; OUT/part-2 and so on hold the images of a tar of files, split evenly
 * between its classes. No part is above --limit megabytes. `run.sh` unpacks and runs them. Build first: npm run build.
 */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    limit: { type: 'string', default: '60' },
    data: { type: 'string' },
    biggan: { type: 'string' },
    parity: { type: 'string', multiple: true, default: [] },
  },
});
const [out] = positionals;
if (!out) {
  console.error(
    'usage: node tools/gpu-check/pack.mjs OUT [--limit 60] [--data images.tar] [--biggan CHECKOUT] [--parity FOLDER]...',
  );
  process.exit(2);
}
const limit = Number(flags.limit) * 1e6;
/** What a program prints. @param {string} command @param {readonly string[]} args @param {{ cwd?: string }} [options] */
const run = (command, args, options = {}) =>
  execFileSync(command, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    ...options,
  });
const megabytes = (/** @type {number} */ bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

/** What runs: no types, no maps, of tfjs only what Node loads. @param {string} path */
function needed(path) {
  if (/\.(map|ts|tsx|mts|cts|md|markdown|tsbuildinfo|flow)$/.test(path)) return false;
  if (/(^|\/)(test|tests|__tests__|example|examples|docs|benchmark|man)\//.test(path)) return false;
  const [, file] = path.match(/node_modules\/@tensorflow\/[^/]+\/(.+)$/) ?? [];
  return file === undefined || file === 'package.json' || /\.node\.js$|^wasm-out\/.*\.(wasm|js)$/.test(file);
}

/** @param {string} folder @returns {Generator<string, void>} */
function* filesUnder(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const status = lstatSync(path);
    if (status.isDirectory()) yield* filesUnder(path);
    else if (status.isFile()) yield path;
  }
}

/** Folders of the packages that are installed for running, ours and others', and the links to ours. */
function packageFiles() {
  const listed = run('npm', ['ls', '--omit=dev', '--all', '--parseable'], { cwd: root });
  const folders = [...new Set(listed.trim().split('\n'))].filter((folder) => folder.includes('node_modules'));
  const files = [];
  for (const folder of folders) {
    if (lstatSync(folder).isSymbolicLink()) {
      files.push(folder);
      const own = realpathSync(folder);
      for (const part of [
        'package.json',
        'dist',
        'bin',
        'demo',
        'templates',
        'kernels',
        'oclif.manifest.json',
      ]) {
        const path = join(own, part);
        if (!existsSync(path)) continue;
        files.push(...(statSync(path).isDirectory() ? filesUnder(path) : [path]));
      }
    } else {
      // A package's own node_modules are listed themselves.
      for (const path of filesUnder(folder))
        if (!path.slice(folder.length).includes('/node_modules/')) files.push(path);
    }
  }
  files.push(join(root, 'package.json'));
  // The names of Inception's weights, from which its speed is tried.
  files.push(join(root, 'packages/toolkit/testing/inception/inception_keys.json'));
  for (const tool of ['bench', 'gpu-check', 'parity']) files.push(...filesUnder(join(root, 'tools', tool)));
  return [...new Set(files)].map((path) => relative(root, path)).filter(needed);
}

/**
 * Uncompressed tar of files in `cwd`, then xz: compressed well, and read by GNU tar and by Python.
 * @param {string} target - the archive's path
 * @param {string} cwd
 * @param {readonly string[]} files - below `cwd`
 * @param {string} place - folder for what is temporary
 * @returns {number} - bytes
 */
function archive(target, cwd, files, place) {
  const list = join(place, 'files');
  writeFileSync(list, files.join('\n'));
  run('tar', [
    '--create',
    '--sort=name',
    '--owner=0',
    '--group=0',
    '-C',
    cwd,
    '-I',
    'xz -T0 -4',
    '-f',
    target,
    '-T',
    list,
  ]);
  return statSync(target).size;
}

const place = mkdtempSync(join(tmpdir(), 'gpu-check-'));
try {
  rmSync(out, { recursive: true, force: true });
  const first = join(out, 'part-1');
  mkdirSync(first, { recursive: true });
  copyFileSync(process.execPath, join(place, 'node'));
  run('strip', [join(place, 'node')]);
  /** @type {Record<string, number>} */
  const sizes = { node: archive(join(first, 'node.tar.xz'), place, ['node'], place) };
  sizes.packages = archive(join(first, 'packages.tar.xz'), root, packageFiles(), place);
  const checkout = flags.biggan;
  if (checkout) {
    const names = readdirSync(checkout).filter((name) => /\.py$|^LICENSE/.test(name));
    const folders = ['sync_batchnorm'].filter((name) => existsSync(join(checkout, name)));
    sizes.biggan = archive(join(first, 'biggan.tar.xz'), checkout, [...names, ...folders], place);
  }
  for (const folder of flags.parity) {
    const name = folder.split('/').at(-1) ?? '';
    sizes[name] = archive(join(first, `parity-${name}.tar.xz`), dirname(resolve(folder)), [name], place);
  }
  copyFileSync(join(root, 'tools/gpu-check/run.sh'), join(first, 'run.sh'));
  const total = Object.values(sizes).reduce((a, b) => a + b);
  for (const [name, bytes] of Object.entries(sizes)) console.log(`part-1 ${name} ${megabytes(bytes)}`);
  if (total > limit)
    throw new Error(`pack: expected part-1 within ${megabytes(limit)}, got ${megabytes(total)}`);

  if (flags.data) {
    const images = join(place, 'images');
    mkdirSync(images);
    run('tar', ['xf', resolve(flags.data), '-C', images]);
    const files = [...filesUnder(images)].map((path) => ({ path, size: statSync(path).size }));
    // Every k-th file of the sorted list: each part has all classes in the same shares.
    files.sort((a, b) => (a.path < b.path ? -1 : 1));
    const parts = Math.ceil((files.reduce((sum, { size }) => sum + size, 0) * 1.03) / limit);
    for (let part = 0; part < parts; part++) {
      const folder = join(out, `part-${part + 2}`);
      mkdirSync(folder);
      const own = files
        .filter((_, index) => index % parts === part)
        .map(({ path }) => relative(images, path));
      const bytes = archive(join(folder, `images-${part + 1}.tar.xz`), images, own, place);
      if (bytes > limit)
        throw new Error(
          `pack: expected part-${part + 2} within ${megabytes(limit)}, got ${megabytes(bytes)}`,
        );
      console.log(`part-${part + 2} ${own.length} images ${megabytes(bytes)}`);
    }
  }
} finally {
  rmSync(place, { recursive: true, force: true });
}
