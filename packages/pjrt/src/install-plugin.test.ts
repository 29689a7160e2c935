import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { WheelPin } from '@ganymede/wheels';
import { zipSync } from 'fflate';
import {
  findPlugin,
  installPlugin,
  partsOf,
  platformNames,
  platforms,
  requirementsOf,
  type PlatformName,
} from './index.js';
import { neighbours } from './open-library.js';

let root: string;
let environment: NodeJS.ProcessEnv;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'install-plugin-'));
  mkdirSync(join(root, 'wheels'));
  environment = { XDG_CACHE_HOME: join(root, 'cache'), VIRTUAL_ENV: join(root, 'venv') };
});
afterEach(() => rmSync(root, { recursive: true }));

/** A wheel with files of these names, of a few bytes. */
function wheel(distribution: string, names: readonly string[]): WheelPin {
  const zip = zipSync(Object.fromEntries(names.map((name) => [name, Buffer.from(name)])));
  writeFileSync(join(root, 'wheels', `${distribution.replaceAll('-', '_')}-1.0-py3-none-any.whl`), zip);
  const sha256 = createHash('sha256').update(zip).digest('hex');
  return { distribution, version: '1.0', sha256, platforms: ['any'] };
}

/** Wheels of the layout of the real ones. */
const small = (name: PlatformName): readonly WheelPin[] => [
  wheel('plugin', [platforms[name].plugin, 'jax_plugins/__init__.py', ...platforms[name].others]),
  ...(name === 'cuda'
    ? [
        wheel('nvidia-cublas', [
          'nvidia/cu13/lib/libcublas.so.13',
          'nvidia/cu13/lib/libcublasLt.so.13',
          'nvidia/cu13/lib/libnvblas.so.13',
          'nvidia/cu13/include/cublas.h',
        ]),
        wheel('nvidia-cuda-nvcc', [
          'nvidia/cu13/bin/ptxas',
          'nvidia/cu13/bin/nvcc',
          'nvidia/cu13/nvvm/libdevice/libdevice.10.bc',
        ]),
        wheel('nvidia-cudnn-cu13', ['nvidia/cudnn/lib/libcudnn.so.9', 'nvidia/cudnn/lib/libcudnn_ops.so.9']),
        wheel('nvidia-cuda-nvrtc', [
          'nvidia/cu13/lib/libnvrtc.so.13',
          'nvidia/cu13/lib/libnvrtc.alt.so.13',
          'nvidia/cu13/lib/libnvrtc-builtins.so.13.0',
        ]),
      ]
    : []),
];
const install = (name: PlatformName, force = false) =>
  installPlugin(name, { environment, force, wheels: small(name), from: join(root, 'wheels') });

test.each(platformNames)('%s goes where it is looked for', async (name) => {
  const { file, ...rest } = await install(name);
  expect(rest).toEqual({ source: 'installed', platform: name, installed: true });
  expect(file.startsWith(join(root, 'cache', 'ganymede', 'pjrt'))).toBe(true);
  expect(file.endsWith(platforms[name].plugin)).toBe(true);
  expect(findPlugin(environment)).toEqual({ file, source: 'installed', platform: name });
  expect(await install(name, true)).toMatchObject({ file, installed: false });
});

test("NVIDIA's libraries lie as in site-packages, where the plugin is preceded by them; the rest is left out", async () => {
  const { file } = await install('cuda');
  const site = dirname(dirname(dirname(file)));
  const files = readdirSync(site, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(site, join(entry.parentPath, entry.name)));
  expect(files.sort()).toEqual([
    'jax_plugins/xla_cuda13/xla_cuda_plugin.so',
    'nvidia/cu13/bin/ptxas',
    'nvidia/cu13/lib/libcublas.so.13',
    'nvidia/cu13/lib/libcublasLt.so.13',
    'nvidia/cu13/lib/libnvrtc-builtins.so.13.0',
    'nvidia/cu13/lib/libnvrtc.so.13',
    'nvidia/cu13/nvvm/libdevice/libdevice.10.bc',
    'nvidia/cudnn/lib/libcudnn.so.9',
    'nvidia/cudnn/lib/libcudnn_ops.so.9',
  ]);
  expect(statSync(join(site, 'nvidia/cu13/bin/ptxas')).mode & 0o111).toBe(0o111);
  expect(neighbours(file).map((path) => relative(site, path))).toEqual([
    'nvidia/cu13/lib/libnvrtc.so.13',
    'nvidia/cu13/lib/libcublasLt.so.13',
    'nvidia/cu13/lib/libcublas.so.13',
    'nvidia/cudnn/lib/libcudnn.so.9',
  ]);
});

test('a plugin that the machine has is used instead, unless another is asked for', async () => {
  const site = join(root, 'venv', 'lib', 'python3.12', 'site-packages');
  const own = join(site, 'jax_plugins', 'xla_cuda13', 'xla_cuda_plugin.so');
  mkdirSync(dirname(own), { recursive: true });
  writeFileSync(own, '');
  expect(await install('cuda')).toEqual({ file: own, source: 'python', platform: 'cuda', installed: false });
  const asked = await install('cuda', true);
  expect(asked).toMatchObject({ source: 'installed', installed: true });
  expect(findPlugin(environment).file).toBe(asked.file);
  // One for CUDA 13 is none for CUDA 12.
  expect(await install('cuda12')).toMatchObject({ source: 'installed', installed: true });
});

test('every pin has a digest of its own, sizes, and a requirement that pip reads', () => {
  const wheels = platformNames.flatMap((name) => platforms[name].wheels);
  expect(new Set(wheels.map(({ sha256 }) => sha256)).size).toBe(wheels.length);
  for (const { sha256, bytes } of wheels) {
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(bytes!.wheel).toBeGreaterThan(1e5);
    expect(bytes!.libraries).toBeGreaterThan(1e5);
  }
  expect(requirementsOf('cuda')[0]).toMatch(/^jax-cuda13-pjrt==0\.11\.2 --hash=sha256:e5ff589d/);
  expect(requirementsOf('cuda')).toHaveLength(partsOf(platforms.cuda).length);
});
