import { isGanymedeError } from '@ganymede/core';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readModulePickle, type ModulePickle } from './read-module-pickle.js';

/** A snapshot that R3GAN's own code wrote; see make-r3gan.py there. */
const fixture = (name: string): string => join(__dirname, '../../importers/fixtures/r3gan', name);
const read = (path: string): Promise<ModulePickle> =>
  readModulePickle(path, (module) => /^(R3GAN|training)(\.|$)/.test(module));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pickle-'));
});
afterAll(() => rm(folder, { recursive: true }));
const written = async (content: string | Uint8Array): Promise<string> => {
  const path = join(folder, 'some.pkl');
  await writeFile(path, content, typeof content === 'string' ? 'latin1' : null);
  return path;
};

test('networks by name, with parameters and buffers by dotted name, and numbers', async () => {
  const { modules, numbers } = await read(fixture('network-snapshot.pkl'));
  expect(Object.keys(modules)).toEqual(['G', 'D', 'G_ema']);
  expect(numbers).toEqual({ cur_nimg: 1536 });
  expect(modules['G']!.className).toBe('training.networks.Generator');
  const { tensors } = modules['G_ema']!;
  expect(tensors['Model.MainLayers.0.Layers.0.Basis']).toMatchObject({ dtype: 'F32', shape: [16, 4, 4] });
  const kernel = tensors['Model.MainLayers.1.Layers.0.Resampler.Kernel']!;
  expect([...kernel.data].slice(0, 5)).toEqual([1, 3, 3, 1, 3].map((tap) => tap / 64));
});

test('a class that torch_utils.persistence saved: the same tensors', async () => {
  const [{ modules: plain }, { modules: persistent }] = (await Promise.all(
    ['network-snapshot.pkl', 'persistent.pkl'].map((name) => read(fixture(name))),
  )) as [ModulePickle, ModulePickle];
  expect(persistent['G_ema']!.className).toBe('Generator');
  expect(persistent['G_ema']!.tensors).toEqual(plain['G_ema']!.tensors);
});

test.each<[string, string, string, RegExp]>([
  [
    'a function',
    '\x80\x02cposix\nsystem\n(X\x04\x00\x00\x00exittR.',
    'TORCH_GLOBAL_REFUSED',
    /posix\.system/,
  ],
  ['an object of a class', '\x80\x02csubprocess\nPopen\n)\x81.', 'TORCH_GLOBAL_REFUSED', /subprocess\.Popen/],
  [
    'a network class that is called',
    '\x80\x02cR3GAN.Networks\nx\n)R.',
    'TORCH_GLOBAL_REFUSED',
    /R3GAN\.Networks\.x/,
  ],
  [
    'a module whose name only begins alike',
    '\x80\x02cR3GANx\ny\n)\x81.',
    'TORCH_GLOBAL_REFUSED',
    /R3GANx\.y/,
  ],
  [
    'an object of what is no class',
    '\x80\x02ctorch._utils\n_rebuild_parameter\n)\x81.',
    'TORCH_GLOBAL_REFUSED',
    /_rebuild/,
  ],
  [
    'a storage of no bytes',
    '\x80\x02ctorch.storage\n_load_from_bytes\n(K\x01tR.',
    'TORCH_FILE_DAMAGED',
    /bytes of a storage/,
  ],
  [
    'a storage of other bytes',
    '\x80\x03ctorch.storage\n_load_from_bytes\n(C\x01xtR.',
    'TORCH_UNSUPPORTED',
    /./,
  ],
  ['no dict', '\x80\x02K\x07.', 'TORCH_UNSUPPORTED', /a dict of networks, got the number 7/],
  ['a dict without networks', '\x80\x02}.', 'TORCH_UNSUPPORTED', /a dict of networks, got a dict of 0/],
  [
    'a network without attributes',
    '\x80\x02}U\x01GcR3GAN.Networks\nG\n)\x81K\x01bs.',
    'TORCH_FILE_DAMAGED',
    /attributes/,
  ],
  [
    'a network inside itself',
    '\x80\x02}U\x01GcR3GAN.Networks\nG\n)\x81q\x00}U\x08_modules}U\x01ah\x00ssbs.',
    'TORCH_FILE_DAMAGED',
    /a tree of modules/,
  ],
])('refuses %s', async (_, content, code, message) => {
  await expect(read(await written(content))).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
});

test('is a coded error wherever it is cut short, and whichever byte is flipped it is one or reads', async () => {
  const whole = await readFile(fixture('persistent.pkl'));
  const outcome = (bytes: Uint8Array): Promise<string> =>
    written(bytes)
      .then(read)
      .then(
        () => 'read',
        (error: unknown) => {
          if (!isGanymedeError(error)) throw error;
          return error.code;
        },
      );
  for (let length = 0; length < whole.byteLength; length += 997)
    expect(await outcome(whole.subarray(0, length))).toBe('TORCH_FILE_DAMAGED');
  let refused = 0;
  for (let i = 0; i < whole.byteLength; i += 101) {
    const bytes = Buffer.from(whole);
    bytes[i]! ^= 1 << (i % 8);
    if ((await outcome(bytes)) !== 'read') refused++;
  }
  expect(refused).toBeGreaterThan(50);
}, 60_000);
