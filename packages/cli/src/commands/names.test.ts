import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { runHere } from '../testing/run-here.js';

/** Training, sampling and measuring by wasm, on a machine with other things to do. */
const patience = 300_000;
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ganymede-cli-names-')));
const before = process.cwd();

/** Classes with names as they are in the wild. */
const classes = ['goldfish, Carassius auratus', 'say "hi"', 'tench, Tinca tinca'];
const config = `
preset: quickstart
resolution: 32
generator: { channels: 4 }
discriminator: { channels: 4 }
steps: 1
batchSize: 4
backend: { use: wasm, threads: 1 }
sample: { every: 100, perClass: 1 }
`;

/** Images of a colour a class, with a pattern that tells them apart. */
async function draw(path: string, names: readonly string[], count: number): Promise<void> {
  for (const [label, name] of names.entries()) {
    mkdirSync(join(path, name), { recursive: true });
    for (let i = 0; i < count; i++) {
      const pixels = Buffer.alloc(32 * 32 * 3, 40 + 60 * label).map(
        (value, at) => value + ((at * (i + 3)) % 31),
      );
      const png = await sharp(pixels, { raw: { width: 32, height: 32, channels: 3 } })
        .png()
        .toBuffer();
      writeFileSync(join(path, name, `${i}.png`), png);
    }
  }
}

const engine = ['--backend', 'wasm'];
const extractor = ['--extractor', 'trained-classifier', '--weights', 'extractor.safetensors', ...engine];

beforeAll(async () => {
  process.chdir(folder);
  writeFileSync('tiny.yaml', config);
  await draw('images', classes, 8);
  await draw('real', ['apple', 'banana', 'cherry'], 8);
  cpSync('real', 'fake', { recursive: true });
  cpSync('fake/apple', 'fake/zebra', { recursive: true });
  rmSync('fake/apple', { recursive: true });
  const made = await runHere(
    ...['data', 'extractor', 'train', '--data', 'images', '--out', 'extractor.safetensors', ...engine],
    ...['--steps', '4', '--width', '2', '--resolution', '32', '--batch-size', '8'],
  );
  const trained = await runHere('train', '--config', 'tiny.yaml', '--data', 'images', '--run', 'run');
  expect([made.code, trained.code, made.stderr, trained.stderr]).toEqual([0, 0, '', '']);
}, patience);
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
});

const numbersOf = async (...argv: string[]): Promise<Record<string, number>> => {
  const { code, stdout, stderr } = await runHere('evaluate', ...argv, ...extractor, '--json');
  expect([code, stderr]).toEqual([0, '']);
  return (JSON.parse(stdout) as { evaluation: { numbers: Record<string, number> } }).evaluation.numbers;
};

test(
  'classes at other places are refused by name where a metric compares class by class',
  async () => {
    const both = ['evaluate', '--real', 'real', '--fake', 'fake', ...extractor];
    const { code, stderr } = await runHere(...both, '--metrics', 'intra-class-fid');
    expect([code, stderr]).toEqual([
      5,
      expect.stringContaining(
        'CLASSES_DIFFER: fake: expected the 3 classes of real, got 3 without apple and with zebra, which it does not have',
      ),
    ]);
    // Whole sets compare whatever their classes are called.
    expect(
      (await numbersOf('--real', 'real', '--fake', 'fake', '--metrics', 'kid', '--set', 'kid.subsetSize=8'))[
        'kid'
      ],
    ).toBeDefined();
  },
  patience,
);

test(
  'a relative path of --data starts where the user stands, not in the run',
  async () => {
    const resumed = await runHere('resume', 'run', '--data', 'images', '--steps', '2');
    expect([resumed.code, resumed.stderr]).toEqual([0, '']);
  },
  patience,
);

test(
  'a class is named with its commas, alone, several times, or in quotes in a list',
  async () => {
    const count = async (...argv: string[]): Promise<unknown> => {
      const { code, stdout, stderr } = await runHere('sample', 'run', '--per-class', '1', '--json', ...argv);
      return code === 0 ? (JSON.parse(stdout) as { count: number }).count : [code, stderr + stdout];
    };
    const tench = ['--classes', 'tench, Tinca tinca'];
    expect(await count(...tench)).toBe(1);
    expect(await count(...tench, '--classes', 'goldfish, Carassius auratus')).toBe(2);
    expect(await count('--classes', '"tench, Tinca tinca","say ""hi""",0')).toBe(3);
    for (const list of ['', ',', '0,,1', '0,'])
      expect(await count('--classes', list)).toEqual([2, expect.stringContaining('BAD_CLASS_LIST')]);
    expect(await count('--classes', 'tench')).toEqual([2, expect.stringContaining('UNKNOWN_CLASS')]);
  },
  patience,
);

test(
  'samples are read back: with a sheet beside them, and as arrays with the names of their classes',
  async () => {
    const sample = (...argv: string[]) => runHere('sample', 'run', '--per-class', '4', ...argv);
    await sample('--out', 'plain', '--format', 'png');
    await sample('--out', 'both', '--format', 'png', '--format', 'sheet');
    await sample('--out', 'samples.npz');
    const kid = ['--metrics', 'kid', '--set', 'kid.subsetSize=8'];
    const plain = await numbersOf('--real', 'images', '--fake', 'plain', ...kid);
    expect(await numbersOf('--real', 'images', '--fake', 'both', ...kid)).toEqual(plain);
    const arrays = await numbersOf('--real', 'images', '--fake', 'samples.npz', ...kid);
    expect(arrays['kid']).toBeCloseTo(plain['kid']!, 6);
    const byClass = await numbersOf(
      '--real',
      'images',
      '--fake',
      'samples.npz',
      '--metrics',
      'class-diversity',
    );
    expect(byClass['diversity']).toBeGreaterThan(0);
  },
  patience,
);
