import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import {
  installWheels,
  requirementOf,
  type Installation,
  type InstallProgress,
  type WheelPart,
} from './index.js';

const first = Buffer.alloc(300_000, 'framework ');
const second = Buffer.from(Array.from({ length: 150_000 }, (_, i) => (i * i) % 251));

let root: string;
let wheels: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'install-wheels-'));
  wheels = join(root, 'wheels');
  mkdirSync(wheels);
});
afterEach(() => rmSync(root, { recursive: true }));

/** Writes a wheel of a vendor; what lies in `lib` and `bin` of it is wanted. */
function wheel(distribution: string, members: Record<string, Buffer>): WheelPart {
  const zip = zipSync(members);
  writeFileSync(join(wheels, `${distribution.replaceAll('-', '_')}-1.0-py3-none-any.whl`), zip);
  return {
    wheel: {
      distribution,
      version: '1.0',
      sha256: createHash('sha256').update(zip).digest('hex'),
      platforms: ['any'],
      bytes: { wheel: zip.length, libraries: 450_000 },
    },
    keep: (member) => (/\/(lib|bin)\//.test(member) ? member : undefined),
    required: [],
  };
}

function installation(): Installation {
  const folder = join(root, 'cache', 'vendor-1.0');
  return {
    folder,
    parts: [
      wheel('vendor-runtime', {
        'vendor/runtime/lib/libruntime.so': first,
        'vendor/runtime/bin/tool': second,
        'vendor/runtime/include/runtime.h': first,
      }),
      wheel('vendor-math', { 'vendor/math/lib/libmath.so.1': second }),
    ],
    isComplete: (one) => existsSync(join(one, 'vendor', 'math', 'lib', 'libmath.so.1')),
  };
}
const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
const all = ['vendor/math/lib/libmath.so.1', 'vendor/runtime/bin/tool', 'vendor/runtime/lib/libruntime.so'];
const beside = (): string[] => readdirSync(join(root, 'cache'));

test('what is wanted of every wheel lies where it lies in site-packages; programs can be run', async () => {
  const { folder, parts, isComplete } = installation();
  const progress: InstallProgress[] = [];
  const options = { from: wheels, onProgress: (one: InstallProgress) => void progress.push(one) };
  expect(await installWheels({ folder, parts, isComplete }, options)).toEqual({ folder, installed: true });
  expect(files(folder)).toEqual(all);
  expect(readFileSync(join(folder, all[2]!)).equals(first)).toBe(true);
  expect(statSync(join(folder, 'vendor/runtime/bin/tool')).mode & 0o777).toBe(0o755);
  expect(statSync(join(folder, all[2]!)).mode & 0o111).toBe(0);
  expect(beside()).toEqual(['vendor-1.0']);
  expect(progress.filter(({ wheel: name }) => name === 'vendor-runtime').at(-1)).toEqual({
    wheel: 'vendor-runtime',
    stage: 'extract',
    bytes: 450_000,
    totalBytes: 450_000,
  });
});

test('a second installation finds the first one', async () => {
  const one = installation();
  await installWheels(one, { from: wheels });
  expect(await installWheels(one, { from: join(root, 'absent') })).toEqual({
    folder: one.folder,
    installed: false,
  });
});

test('two at the same time give one folder', async () => {
  const one = installation();
  const results = await Promise.all([0, 1].map(() => installWheels(one, { from: wheels })));
  expect(results.filter(({ installed }) => installed)).toHaveLength(1);
  expect(files(one.folder)).toEqual(all);
  expect(beside()).toEqual(['vendor-1.0']);
});

test('one damaged byte is refused; the wheels before it are not extracted again', async () => {
  const one = installation();
  const file = join(wheels, 'vendor_math-1.0-py3-none-any.whl');
  const whole = readFileSync(file);
  const damaged = Buffer.from(whole);
  damaged[100]! ^= 1;
  writeFileSync(file, damaged);
  await expect(installWheels(one, { from: wheels })).rejects.toMatchObject({
    code: 'WHEEL_CORRUPT',
    message: expect.stringContaining(`expected SHA-256 ${one.parts[1]!.wheel.sha256}, got `),
  });
  expect(existsSync(one.folder)).toBe(false);
  writeFileSync(file, whole);
  const stages: string[] = [];
  await installWheels(one, { from: wheels, onProgress: ({ wheel: name }) => stages.push(name) });
  expect(new Set(stages)).toEqual(new Set(['vendor-math']));
  expect(files(one.folder)).toEqual(all);
  expect(beside()).toEqual(['vendor-1.0']);
});

test('an installation that is stopped leaves no folder, and is gone on with', async () => {
  const one = installation();
  const abort = new AbortController();
  const installing = installWheels(one, {
    from: wheels,
    signal: abort.signal,
    onProgress: ({ stage }) => stage === 'extract' && abort.abort(),
  });
  await expect(installing).rejects.toMatchObject({ name: 'AbortError' });
  expect(existsSync(one.folder)).toBe(false);
  expect((await installWheels(one, { from: wheels })).installed).toBe(true);
  expect(files(one.folder)).toEqual(all);
  expect(beside()).toEqual(['vendor-1.0']);
});

test('what killed installations left is taken up or removed; what a living process writes stays', async () => {
  const one = installation();
  const dead = 2 ** 22 + 1; // above the largest process id of Linux
  const left = join(root, 'cache', `.vendor-1.0-${dead}-abcdef`);
  mkdirSync(join(left, 'complete', 'vendor', 'runtime', 'lib'), { recursive: true });
  mkdirSync(join(left, 'done'));
  writeFileSync(join(left, 'complete', all[2]!), 'whole, as its mark says');
  writeFileSync(join(left, 'done', one.parts[0]!.wheel.sha256), '');
  mkdirSync(join(root, 'cache', `.vendor-1.0-${dead}-second`));
  mkdirSync(join(root, 'cache', `.vendor-1.0-${process.pid}-alive`));
  mkdirSync(join(one.folder, 'half'), { recursive: true });
  expect((await installWheels(one, { from: wheels })).installed).toBe(true);
  expect(files(one.folder)).toEqual([all[0], all[2]]);
  expect(readFileSync(join(one.folder, all[2]!), 'utf8')).toBe('whole, as its mark says');
  expect(beside().sort()).toEqual([`.vendor-1.0-${process.pid}-alive`, 'vendor-1.0']);
});

test('a wheel without what is wanted of it, and one that ends early', async () => {
  const one = installation();
  const parts = one.parts.map((part) => ({ ...part, required: ['vendor/other/lib/libother.so'] }));
  await expect(installWheels({ ...one, parts }, { from: wheels })).rejects.toMatchObject({
    code: 'WHEEL_INCOMPLETE',
    message: 'vendor_runtime-1.0-py3-none-any.whl: expected vendor/other/lib/libother.so inside, got none',
  });
});

test('a folder of wheels that lacks some says which, before anything is written', async () => {
  const one = installation();
  rmSync(join(wheels, 'vendor_math-1.0-py3-none-any.whl'));
  await expect(installWheels(one, { from: wheels })).rejects.toMatchObject({
    code: 'WHEEL_NOT_FOUND',
    kind: 'missing',
    message: `${wheels}: expected vendor_math-1.0-*.whl, got no such files`,
  });
  expect(existsSync(join(root, 'cache'))).toBe(false);
});

test('a disk without room is told before anything is fetched', async () => {
  const one = installation();
  const parts = one.parts.map((part) => ({
    ...part,
    wheel: { ...part.wheel, bytes: { wheel: 1e6, libraries: 1e18 } },
  }));
  await expect(installWheels({ ...one, parts }, { from: wheels })).rejects.toMatchObject({
    code: 'NO_ROOM',
    message: expect.stringMatching(/expected 2000000000000 MB of free disk, got \d+ MB/),
  });
  expect(beside()).toEqual([]);
});

test('a folder that cannot be written is a coded error', async () => {
  const one = installation();
  writeFileSync(join(root, 'cache'), 'a file in the way');
  await expect(installWheels(one, { from: wheels })).rejects.toMatchObject({ code: 'INSTALL_FAILED' });
});

test('a requirement names the version and the digest', () => {
  const [{ wheel: one }] = installation().parts as [WheelPart];
  expect(requirementOf(one)).toBe(`vendor-runtime==1.0 --hash=sha256:${one.sha256}`);
});
