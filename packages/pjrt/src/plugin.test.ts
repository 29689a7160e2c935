import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { addition } from '../testing/modules.js';
import { clientOptionsOf, platformOf } from './platforms.js';
import { plugins } from '../testing/plugins.js';
import { cpuPlugins, findPlugin, findPlugins, pluginCache, Plugin } from './index.js';
import { Api } from './api.js';
import { addressOf } from './native-memory.js';
import { neighbours } from './open-library.js';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'pjrt-test-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function touch(...path: string[]): string {
  const file = join(folder, ...path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '');
  return file;
}

describe.each(plugins)('%s', (name, load) => {
  test('says its version, its StableHLO, its platform and its devices', async () => {
    const plugin = load();
    expect(plugin.apiVersion).toBe(name.startsWith('xla') ? '0.81' : '0.115');
    expect(plugin.attributes).toMatchObject({
      xla_version: expect.any(Number),
      stablehlo_current_version: [1, expect.any(Number), expect.any(Number)],
    });
    const client = await plugin.createClient();
    expect(client.platform).toBe('cpu');
    expect(client.devices.map(({ id, localHardwareId, kind }) => [id, localHardwareId, kind])).toEqual(
      [0, 1, 2, 3].map((i) => [i, i, 'cpu']),
    );
    // The processor plugin does not count.
    expect(client.devices[0]!.memory()).toBeNull();
    await client.close();
    await client.close();
    expect(() => client.upload(new Float32Array(1), [1])).toThrow(
      expect.objectContaining({ code: 'CLIENT_CLOSED' }),
    );
  });

  test('compiles for its own devices only', async () => {
    await expect(load().compileAhead(addition(4), { topology: {} })).rejects.toMatchObject({
      message: expect.stringContaining('TopologyDescription_Create'),
    });
  });

  test('options go to the plugin, which refuses what it does not know, or passes over it', async () => {
    const options = { preallocate: false, memory_fraction: 0.5, text: 'x', list: [1, 2] };
    const made = load().createClient({ options });
    if (name.startsWith('xla')) return (await made).close();
    await expect(made).rejects.toMatchObject({
      code: 'PJRT_INVALID_ARGUMENT',
      message: expect.stringMatching(/^Client_Create: .*(preallocate|memory_fraction|text|list)/),
    });
  });
});

test('files that are no plugins', () => {
  expect(() => Plugin.load(join(folder, 'none.so'))).toThrow(
    expect.objectContaining({ code: 'PLUGIN_NOT_FOUND' }),
  );
  expect(() => Plugin.load(touch('empty.so'))).toThrow(
    expect.objectContaining({
      code: 'PLUGIN_NOT_LOADED',
      message: expect.stringContaining('file too short'),
    }),
  );
  const { sharedObjects } = process.report.getReport() as { sharedObjects: string[] };
  const other = sharedObjects.find((one) => /libm\.so\.6/.test(one))!;
  expect(() => Plugin.load(other)).toThrow(
    expect.objectContaining({ code: 'PLUGIN_NOT_LOADED', message: expect.stringContaining('GetPjrtApi') }),
  );
});

test('a table that is arranged otherwise is refused; one that is short lacks functions', () => {
  const table = (minor: number, functions: number): BigUint64Array => {
    const words = new BigUint64Array(5 + functions);
    words[0] = BigInt(words.byteLength);
    words[4] = BigInt(minor) << 32n;
    return words;
  };
  const old = table(56, 100);
  expect(() => new Api(addressOf(old), 'old.so')).toThrow(
    expect.objectContaining({
      code: 'PLUGIN_TOO_OLD',
      message: expect.stringContaining('expected API 0.57 or later, got 0.56'),
    }),
  );
  const short = table(60, 20);
  const api = new Api(addressOf(short), 'short.so');
  expect(() => api.call('PJRT_Buffer_Destroy', { buffer: 0n })).toThrow(
    expect.objectContaining({
      code: 'FUNCTION_MISSING',
      message: 'PJRT_Buffer_Destroy: expected a plugin that has it, got API 0.60',
    }),
  );
});

test('is looked for by variable, among what is installed, in Python environments; the one for tests last', () => {
  const environment = { XDG_CACHE_HOME: join(folder, 'cache'), VIRTUAL_ENV: join(folder, 'venv') };
  expect(() => findPlugin(environment)).toThrow(
    expect.objectContaining({
      code: 'PLUGIN_NOT_FOUND',
      message: expect.stringContaining(pluginCache(environment)),
    }),
  );
  const [{ distribution, version, plugin }] = cpuPlugins;
  const file = touch('cache', 'ganymede', 'pjrt', `${distribution}-${version}`, plugin);
  const forTests = { file, source: 'installed', platform: 'xla-cpu' };
  expect(findPlugins(environment)).toEqual([forTests]);
  const site = ['venv', 'lib', 'python3.12', 'site-packages'];
  const older = touch(...site, 'jax_plugins', 'xla_cuda12', 'xla_cuda_plugin.so');
  const newer = touch(...site, 'jax_plugins', 'xla_cuda13', 'xla_cuda_plugin.so');
  const tpu = touch(...site, 'libtpu', 'libtpu.so');
  const ofPython = [
    { file: newer, source: 'python', platform: 'cuda' },
    { file: older, source: 'python', platform: 'cuda12' },
    { file: tpu, source: 'python', platform: 'tpu' },
  ];
  expect(findPlugins(environment)).toEqual([...ofPython, forTests]);
  expect(findPlugin(environment, 'cuda12')).toEqual(ofPython[1]);
  const python = dirname(touch('venv', 'bin', 'python3'));
  expect(
    findPlugin({
      XDG_CACHE_HOME: join(folder, 'cache'),
      PATH: [join(folder, 'empty'), python].join(delimiter),
    }),
  ).toEqual(ofPython[0]);
  const own = touch(
    ...['cache', 'ganymede', 'pjrt', 'jax-rocm7-pjrt-0.11.2'],
    ...['jax_plugins', 'xla_rocm7', 'xla_rocm_plugin.so'],
  );
  const installed = { file: own, source: 'installed', platform: 'rocm' };
  expect(findPlugins(environment)).toEqual([installed, ...ofPython, forTests]);
  const named = touch('mine.so');
  expect(findPlugin({ ...environment, GANYMEDE_PJRT: named })).toEqual({
    file: named,
    source: 'GANYMEDE_PJRT',
    platform: null,
  });
  expect(() => findPlugin({ ...environment, GANYMEDE_PJRT: join(folder, 'gone.so') })).toThrow(
    expect.objectContaining({
      code: 'PLUGIN_NOT_FOUND',
      message: expect.stringContaining('GANYMEDE_PJRT'),
      hint: 'Mend or unset GANYMEDE_PJRT.',
    }),
  );
  expect(() => findPlugin({ ...environment, GANYMEDE_PJRT: named }, 'oneapi')).toThrow(
    expect.objectContaining({ message: expect.stringContaining(`$GANYMEDE_PJRT (${named})`) }),
  );
  expect(() => findPlugin(environment, 'oneapi')).toThrow(
    expect.objectContaining({
      message: expect.stringContaining('PJRT plugin for oneapi: expected one in '),
      hint: 'Type: ganymede backend install oneapi',
    }),
  );
});

test('NVIDIA’s libraries beside a plugin come before it, those that others need first', () => {
  const plugin = touch('site', 'jax_plugins', 'xla_cuda13', 'xla_cuda_plugin.so');
  expect(neighbours(plugin)).toEqual([]);
  for (const file of [
    'cudnn/lib/libcudnn.so.9',
    'cu13/lib/libcublas.so.13',
    'cu13/lib/libcublasLt.so.13',
    'cu13/lib/libcudart.so.13',
    'cu13/lib/libcudart_static.a',
    'cu13/lib/libcufile.so.0',
    'cu13/include/cuda.h',
  ]) {
    touch('site', 'nvidia', ...file.split('/'));
  }
  expect(existsSync(plugin)).toBe(true);
  expect(neighbours(plugin).map((path) => path.split('/').at(-1))).toEqual([
    'libcudart.so.13',
    'libcublasLt.so.13',
    'libcublas.so.13',
    'libcudnn.so.9',
  ]);
});

test('what a plugin is for is told by its own names, not by those of folders above', () => {
  const folder = '/opt/cuda-12/gpu-venv/lib/python3.12/site-packages';
  expect(platformOf(`${folder}/libtpu/libtpu.so`)).toBe('tpu');
  expect(platformOf(`${folder}/jax_plugins/xla_rocm7/xla_rocm_plugin.so`)).toBe('rocm');
  expect(platformOf(`${folder}/jax_plugins/xla_cuda12/xla_cuda_plugin.so`)).toBe('cuda12');
  const cpu = '/mnt/cuda/cache/lammps-jax-pjrt-cpu-0.11.2/lammps_jax_pjrt_cpu/pjrt_c_api_cpu_plugin.so';
  expect(platformOf(cpu)).toBe('xla-cpu');
  expect(clientOptionsOf(cpu, { memoryFraction: 0.5 })).toEqual({});
  const gpu = `${folder}/jax_plugins/xla_cuda13/xla_cuda_plugin.so`;
  expect(clientOptionsOf(gpu)).toEqual({ preallocate: false });
  expect(clientOptionsOf(gpu, { memoryFraction: 0.5 })).toEqual({ preallocate: false, memory_fraction: 0.5 });
});
