import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { gpuWheels, installLibrary, wheelFor, type InstallProgress, type WheelPin } from './index.js';
import { downloadWheel } from './wheel-download.js';

const framework = Buffer.alloc(300_000, 'framework ');
const cc = Buffer.from(Array.from({ length: 150_000 }, (_, i) => (i * i) % 251));

let root: string;
let folder: string;
let wheelFile: string;
let wheel: WheelPin;

/** A wheel of the same layout as the real one, small. */
function writeWheel(members: Record<string, Buffer>): void {
  const zip = zipSync(members);
  wheelFile = join(root, 'tensorflow_cpu-0.0.1-py3-none-any.whl');
  writeFileSync(wheelFile, zip);
  wheel = {
    distribution: 'tensorflow-cpu',
    version: '0.0.1',
    sha256: createHash('sha256').update(zip).digest('hex'),
    platforms: ['any'],
  };
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'install-test-'));
  folder = join(root, 'cache', '0.0.1');
  writeWheel({
    'tensorflow/__init__.py': Buffer.from('raise ImportError'),
    'tensorflow/libtensorflow_framework.so.2': framework,
    'tensorflow/libtensorflow_cc.so.2': cc,
  });
});
afterEach(() => rmSync(root, { recursive: true }));

const beside = (): string[] => readdirSync(join(root, 'cache'));

test('keeps the two libraries, whole, and nothing else', async () => {
  const progress: InstallProgress[] = [];
  const result = await installLibrary({ folder, wheel, wheelFile, onProgress: (one) => progress.push(one) });
  expect(result).toEqual({ folder, installed: true });
  expect(readdirSync(folder).sort()).toEqual(['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']);
  expect(readFileSync(join(folder, 'libtensorflow_framework.so.2')).equals(framework)).toBe(true);
  expect(readFileSync(join(folder, 'libtensorflow_cc.so.2')).equals(cc)).toBe(true);
  expect(beside()).toEqual(['0.0.1']);
  expect(progress.filter(({ stage }) => stage === 'extract').at(-1)!.bytes).toBe(
    framework.length + cc.length,
  );
});

test('a second installation finds the first one', async () => {
  await installLibrary({ folder, wheel, wheelFile });
  expect(await installLibrary({ folder, wheel, wheelFile: join(root, 'absent.whl') })).toEqual({
    folder,
    installed: false,
  });
});

test('two at the same time give one library', async () => {
  const results = await Promise.all([0, 1].map(() => installLibrary({ folder, wheel, wheelFile })));
  expect(results.filter(({ installed }) => installed)).toHaveLength(1);
  expect(readFileSync(join(folder, 'libtensorflow_cc.so.2')).equals(cc)).toBe(true);
  expect(beside()).toEqual(['0.0.1']);
});

test('a wheel with another digest is refused and leaves nothing', async () => {
  writeFileSync(wheelFile, 'something else');
  await expect(installLibrary({ folder, wheel, wheelFile })).rejects.toMatchObject({
    code: 'WHEEL_CORRUPT',
    message: expect.stringContaining(`expected SHA-256 ${wheel.sha256}, got `),
  });
  expect(beside()).toEqual([]);
});

test("for GPUs, NVIDIA's libraries lie in one folder beside", async () => {
  const files = join(root, 'wheels');
  mkdirSync(files);
  const cuda = [
    ['nvidia-cublas-cu12', { 'nvidia/cublas/lib/libcublas.so.12': cc, 'nvidia/cublas/include/cublas.h': cc }],
    [
      'nvidia-cuda-nvcc-cu12',
      { 'nvidia/cuda_nvcc/bin/ptxas': cc, 'nvidia/cuda_nvcc/nvvm/libdevice/libdevice.10.bc': cc },
    ],
  ].map(([distribution, members]): WheelPin => {
    const zip = zipSync(members as Record<string, Buffer>);
    writeFileSync(join(files, `${distribution as string}.whl`), zip);
    const sha256 = createHash('sha256').update(zip).digest('hex');
    return { ...wheel, distribution: distribution as string, sha256 };
  });
  await installLibrary({ folder, wheel, wheelFile, cuda, cudaFiles: files });
  expect(readdirSync(folder, { recursive: true }).sort()).toEqual([
    'cuda',
    'cuda/bin',
    'cuda/bin/ptxas',
    'cuda/libcublas.so.12',
    'cuda/nvvm',
    'cuda/nvvm/libdevice',
    'cuda/nvvm/libdevice/libdevice.10.bc',
    'libtensorflow_cc.so.2',
    'libtensorflow_framework.so.2',
  ]);
  expect(beside()).toEqual(['0.0.1']);
});

test("a wheel of NVIDIA's without libraries leaves nothing", async () => {
  const zip = zipSync({ 'nvidia/cublas/include/cublas.h': cc });
  writeFileSync(join(root, 'nvidia-cublas-cu12.whl'), zip);
  const sha256 = createHash('sha256').update(zip).digest('hex');
  const cuda = [{ ...wheel, distribution: 'nvidia-cublas-cu12', sha256 }];
  await expect(installLibrary({ folder, wheel, wheelFile, cuda, cudaFiles: root })).rejects.toMatchObject({
    code: 'WHEEL_INCOMPLETE',
  });
  expect(beside()).toEqual([]);
});

test('a wheel without a library is refused by its name and leaves nothing', async () => {
  writeWheel({ 'tensorflow/libtensorflow_framework.so.2': framework });
  await expect(installLibrary({ folder, wheel, wheelFile })).rejects.toMatchObject({
    code: 'WHEEL_INCOMPLETE',
    message: expect.stringContaining('libtensorflow_cc.so.2'),
  });
  expect(beside()).toEqual([]);
});

test('an interrupted installation leaves nothing', async () => {
  const abort = new AbortController();
  const installing = installLibrary({
    folder,
    wheel,
    wheelFile,
    signal: abort.signal,
    onProgress: ({ stage }) => stage === 'extract' && abort.abort(),
  });
  await expect(installing).rejects.toMatchObject({ name: 'AbortError' });
  expect(beside()).toEqual([]);
});

test('clears what a killed installation left, and half a library', async () => {
  const dead = 2 ** 22 + 1; // above the largest process id of Linux
  mkdirSync(join(root, 'cache', `.0.0.1-${dead}-abcdef`), { recursive: true });
  mkdirSync(join(root, 'cache', `.0.0.1-${process.pid}-alive`));
  mkdirSync(folder);
  writeFileSync(join(folder, 'libtensorflow_cc.so.2'), 'half');
  expect((await installLibrary({ folder, wheel, wheelFile })).installed).toBe(true);
  expect(readFileSync(join(folder, 'libtensorflow_cc.so.2')).equals(cc)).toBe(true);
  expect(beside().sort()).toEqual([`.0.0.1-${process.pid}-alive`, '0.0.1']);
});

test('a folder that cannot be written is a coded error', async () => {
  writeFileSync(join(root, 'cache'), 'a file in the way');
  await expect(installLibrary({ folder, wheel, wheelFile })).rejects.toMatchObject({
    code: 'INSTALL_FAILED',
  });
});

describe('download', () => {
  /** Stands for a Python: prints and ends as told. */
  const python = (name: string, script: string): string => {
    const file = join(root, name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  };

  test.each([
    ['no Python', [], 'PYTHON_NOT_FOUND'],
    ['no pip', ['echo "python3: No module named pip" >&2; exit 1'], 'PIP_NOT_FOUND'],
    [
      'no network',
      [
        'echo "WARNING: Retrying after connection broken by NewConnectionError" >&2; echo "ERROR: No matching distribution found" >&2; exit 1',
      ],
      'NO_NETWORK',
    ],
    ['no such wheel', ['echo "ERROR: No matching distribution found for x" >&2; exit 1'], 'DOWNLOAD_FAILED'],
  ])('%s', async (_what, scripts, code) => {
    const pythons = [
      join(root, 'no-such-python'),
      ...scripts.map((script, i) => python(`python-${i}`, script)),
    ];
    const error = await downloadWheel(wheel, join(root, 'download'), { pythons }).catch(
      (one: unknown) => one,
    );
    expect(error).toMatchObject({ code, hint: expect.stringMatching(/\w/) });
    expect((error as Error).message.split('\n')).toHaveLength(1);
  });

  test('asks pip for the wheel of this platform, whatever Python runs it', async () => {
    const log = join(root, 'arguments');
    const fake = python(
      'python',
      `echo "$@" > ${log}; while [ "$1" != --dest ]; do shift; done; echo wheel > $2/tensorflow_cpu.whl`,
    );
    const file = await downloadWheel(wheel, join(root, 'download'), { pythons: [fake] });
    expect(existsSync(file)).toBe(true);
    expect(readFileSync(log, 'utf8')).toMatch(
      /^-m pip download --no-deps --only-binary=:all: --python-version 3\.12 .*--platform any tensorflow-cpu==0\.0\.1\n$/,
    );
  });
});

test('there are wheels for Linux on x64 and arm64 only', () => {
  expect(wheelFor('linux', 'x64').distribution).toBe('tensorflow-cpu');
  expect(wheelFor('linux', 'arm64').distribution).toBe('tensorflow');
  expect(gpuWheels('linux', 'x64').cuda).toHaveLength(12);
  expect(() => gpuWheels('linux', 'arm64')).toThrow('expected linux on x64, got linux on arm64');
  expect(() => wheelFor('darwin', 'arm64')).toThrow('expected linux on x64 or arm64, got darwin on arm64');
});
