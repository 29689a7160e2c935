import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { RandomStream } from '@ganymede/core';
import { recommend, resolveConfig, train, type Recommendation } from '../../index.js';

jest.setTimeout(600_000);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganymede-advice-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Picture {
  readonly path: string;
  readonly width?: number;
  readonly height?: number;
  readonly channels?: 1 | 3 | 4;
  /** Pictures of one number are the same. */
  readonly number?: number;
}

/** Writes pictures of a few soft blobs each, all different. */
async function pictures(name: string, list: readonly Picture[]): Promise<string> {
  const root = join(folder, name);
  for (const [i, { path, width = 40, height = 40, channels = 3, number = i }] of list.entries()) {
    const random = RandomStream.create(number, 'picture');
    const small = Buffer.from(random.uniforms(25 * channels).map((value) => value * 255));
    if (channels === 4) for (let at = 3; at < small.length; at += 4) small[at] = at % 8 === 3 ? 255 : 60;
    const image = sharp(small, { raw: { width: 5, height: 5, channels } }).resize(width, height, {
      fit: 'fill',
    });
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(
      join(root, path),
      await (channels === 1 ? image.toColourspace('b-w') : image).png().toBuffer(),
    );
  }
  return root;
}

const range = (count: number, of: (i: number) => Picture): Picture[] =>
  Array.from({ length: count }, (_, i) => of(i));

const advise = (path: string, more: object = {}): Promise<Recommendation> =>
  recommend({ data: { use: 'auto', path }, measure: false, backend: { use: 'wasm' }, ...more });

/** As small as the networks go, so that steps are quick; the rest is what was written. */
const quick = ['generator.channels', 'discriminator.channels'].map((key) => ({
  path: key.split('.'),
  // As many as attention needs.
  value: 8,
  flag: key,
}));

async function trainsAsWritten({ text, choices }: Recommendation, name: string): Promise<void> {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, text);
  const { config: written } = await resolveConfig({ file });
  for (const { path, value } of choices) {
    const found = path.split('.').reduce<any>((at, key) => at?.[key], written);
    const named = (one: any): any =>
      typeof one === 'string' && typeof found === 'object' ? { use: one } : one;
    if (path === 'stabilizers')
      expect(found).toMatchObject(
        (value as unknown[]).map((one) => (typeof one === 'string' ? { use: one } : one)),
      );
    else if (typeof value === 'object' && value !== null) expect(found).toMatchObject(value);
    else
      expect({ [path]: path === 'precision' ? found : (found?.use ?? found) }).toEqual({
        [path]: named(value),
      });
  }
  const assignments = [
    ...quick,
    { path: ['steps'], value: 2, flag: 'steps' },
    { path: ['batchSize'], value: 4, flag: 'batchSize' },
    { path: ['discriminatorSteps'], value: 1, flag: 'discriminatorSteps' },
  ];
  const { config, plugins } = await resolveConfig({ file, assignments });
  const { step } = await train({ config, plugins, runFolder: join(folder, `run-${name}`), resume: false });
  expect(step).toBe(2);
}

const chosen = ({ choices }: Recommendation, path: string): unknown =>
  choices.find((one) => one.path === path)?.value;

test('few images of several sizes, with copies between classes and a file that is none', async () => {
  const path = await pictures('few', [
    ...range(30, (i) => ({ path: `cat/${i}.png`, width: 40 + (i % 3) * 20 })),
    ...range(30, (i) => ({ path: `dog/${i}.png`, number: 100 + i })),
    { path: 'dog/copy.png', number: 3, width: 80, height: 80 },
  ]);
  writeFileSync(join(path, 'dog', 'broken.png'), 'nothing');
  const made = await advise(path);
  expect(made.data).toMatchObject({ images: 61, grey: 0, transparent: 0 });
  expect(made.data.sizes).toMatchObject({
    shorterSide: { smallest: 40, median: 40, largest: 80 },
    notSquare: 20,
  });
  expect(made.data.duplicates).toEqual({
    images: 1,
    groups: 1,
    betweenClasses: 1,
    examples: [['cat/3.png', 'dog/copy.png']],
  });
  expect(made.data.skipped).toEqual([{ file: 'dog/broken.png', reason: expect.any(String) }]);
  expect(made.warnings.join('\n')).toMatch(/cat\/3\.png = dog\/copy\.png/);
  expect(made.hints.join('\n')).toContain('--freeze-discriminator');
  expect(chosen(made, 'resolution')).toBe(32);
  expect(chosen(made, 'augmentation')).toEqual({
    use: 'diff-augment',
    policy: ['color', 'translation', 'cutout'],
  });
  await trainsAsWritten(made, 'few');
});

test('grey digits, tiny and unbalanced', async () => {
  const path = await pictures('digits', [
    ...range(120, (i) => ({ path: `0/${i}.png`, width: 12, height: 12, channels: 1 })),
    ...range(8, (i) => ({ path: `1/${i}.png`, width: 12, height: 12, channels: 1, number: 500 + i })),
  ]);
  const made = await advise(path);
  expect(chosen(made, 'channels')).toBe(1);
  expect(chosen(made, 'flip')).toBe(false);
  expect(chosen(made, 'heldOut')).toBe(0);
  expect(chosen(made, 'resolution')).toBe(32);
  expect(made.text).toMatch(/names suggest digits/);
  expect(made.warnings.join('\n')).toMatch(/long-tailed classes: 0 has 120 images, 1 8/);
  await trainsAsWritten(made, 'digits');
});

test('one class with alpha, at 64 pixels, not square', async () => {
  const path = await pictures(
    'alpha',
    range(24, (i) => ({ path: `${i}.png`, width: 90, height: 70, channels: 4 })),
  );
  const made = await advise(path, { flip: true });
  expect(made.data).toMatchObject({ transparent: 24, classes: [{ images: 24 }] });
  expect(made.data.sizes.notSquare).toBe(24);
  expect(chosen(made, 'channels')).toBe(3);
  expect(chosen(made, 'flip')).toBe(true);
  expect(chosen(made, 'preset')).toBe('biggan-64-small');
  await trainsAsWritten(made, 'alpha');
});

test('what is written is what is told, and is not written over', async () => {
  const out = join(folder, 'shapes.yaml');
  const data = { use: 'shapes', count: 200 };
  const made = await recommend({ data, measure: false, backend: { use: 'wasm' }, out });
  expect(readFileSync(out, 'utf8')).toBe(made.text);
  await expect(recommend({ data, measure: false, out })).rejects.toMatchObject({ code: 'CONFIG_EXISTS' });
});

test('steps are timed, and cut to the hours that there are', async () => {
  const made = await recommend({
    data: { use: 'shapes', count: 40 },
    preset: 'quickstart',
    hours: 0.001,
    regularizer: 'r1',
  });
  expect(chosen(made, 'steps')).toBe(100);
  expect(made.plan).toMatchObject({ steps: 100 });
  expect(chosen(made, 'regularizers')).toEqual([{ use: 'r1', gamma: expect.any(Number) }]);
  expect(made.text).toMatch(/Predicted here: \d+\.\d hours/);
});
