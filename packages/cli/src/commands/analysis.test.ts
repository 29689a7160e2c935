import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { imagesAt } from '../images-at.js';
import { runHere } from '../testing/run-here.js';

/** Loading the toolkit from its sources and a training run, on a busy machine. */
const patience = 300_000;
const folder = mkdtempSync(join(tmpdir(), 'ganymede-analyze-'));
const run = join(folder, 'tiny');
beforeAll(async () => {
  const config = join(folder, 'tiny.yaml');
  writeFileSync(
    config,
    `backend: { use: wasm, threads: 1 }
data: { use: shapes, count: 24, shapes: [circle, star] }
generator: { channels: 2, latentSize: 4, hierarchical: false, sharedEmbedding: false, attention: [] }
discriminator: { channels: 2, attention: [] }
steps: 1
batchSize: 2
ema: { decay: 0.5, start: 1 }
sample: { every: 100, perClass: 2 }
`,
  );
  await runHere('train', '-c', config, '--run', run, '--json');
}, patience);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test(
  'logits: findings, cautions and files, for people',
  async () => {
    const { code, stdout } = await runHere(
      ...['analyze', 'logits', run, '--samples', '8', '--no-ema'],
      ...['--held-out', '{ use: shapes, seed: 1, count: 6, shapes: [circle, star] }'],
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^D ranks a training image above a held-out one in [\d.]+ % of pairs/m);
    const [, path] = /^wrote (.*analysis\/logits-00000001-[0-9a-f]{8}\.json)$/m.exec(stdout)!;
    const analysis = JSON.parse(readFileSync(path!, 'utf8')) as { conditions: object };
    expect(analysis.conditions).toMatchObject({ weights: 'trained', heldOut: 'shapes', heldOutImages: 6 });
  },
  patience,
);

test(
  'neighbours --json prints one object, in a folder of its own',
  async () => {
    const out = join(folder, 'elsewhere');
    const { code, stdout, stderr } = await runHere(
      ...[
        'analyze',
        'neighbours',
        run,
        '--space',
        'pixels',
        '--samples',
        '4',
        '-k',
        '2',
        '--out',
        out,
        '--json',
      ],
    );
    expect([code, stderr]).toEqual([0, '']);
    const { analysis, path } = JSON.parse(stdout) as { analysis: { numbers: object }; path: string };
    expect(path.startsWith(out)).toBe(true);
    expect(existsSync(path)).toBe(true);
    expect(Object.keys(analysis.numbers)).toContain('pixels.medianGenerated');
  },
  patience,
);

test(
  'project, then sample from its latents',
  async () => {
    await runHere('sample', run, '--per-class', '1', '--format', 'png', '--out', join(folder, 'own'));
    const target = join(folder, 'own', '00001-star.png');
    const projected = await runHere(
      'analyze',
      'project',
      run,
      target,
      '--steps',
      '3',
      '--restarts',
      '2',
      '--json',
    );
    const { latents } = JSON.parse(projected.stdout) as { latents: string };
    const sheet = join(folder, 'found.png');
    const { code, stdout } = await runHere('sample', run, '--latents', latents, '--out', sheet);
    expect([code, stdout]).toEqual([0, `wrote ${sheet}\n`]);
  },
  patience,
);

test(
  'what is missing or wrong is said before anything is opened',
  async () => {
    const without = await runHere('analyze', 'project', run);
    expect(without.code).toBe(2);
    expect(without.stderr).toContain('analyze project: expected images after the run, got none');
    const steps = await runHere('analyze', 'directions', run, '--steps', '4');
    expect(steps.code).toBe(2);
    expect(steps.stderr).toContain('steps: expected an odd number of 3 or more, got 4');
    const unknown = await runHere('analyze', 'spectra', run);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('Did you mean ganymede analyze spectrum?');
  },
  patience,
);

test('images are named by path, by split, by component, or by a component with its options', () => {
  const parse = (yaml: string) => (yaml.includes('use') ? { use: 'shapes', seed: 1 } : null);
  expect(imagesAt('photos')).toEqual({ use: 'auto', path: resolve('photos') });
  expect(imagesAt('a.tar.gz:test')).toEqual({ use: 'auto', path: resolve('a.tar.gz'), split: 'test' });
  expect(imagesAt('shapes', ['shapes'], parse)).toEqual({ use: 'shapes' });
  expect(imagesAt('{ use: shapes, seed: 1 }', ['shapes'], parse)).toEqual({ use: 'shapes', seed: 1 });
});
