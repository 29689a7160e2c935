import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { availableBackends } from './backends.js';
import { finish, processOf, recipe } from './worker-runs.js';
import { appFolder, ganymede, ganymedeJson } from './workplace.js';

jest.setTimeout(300_000);

const describeWhere = availableBackends().includes('tensorflow') ? describe : describe.skip;

describeWhere('what several processes measure and sample together', () => {
  const run = 'runs/measured-by-all';
  const weights = join(appFolder(), 'workers-extractor.safetensors');
  const numbersOf = (folder: string): unknown => {
    const [file] = readdirSync(join(appFolder(), folder, 'evaluations')).filter((name) =>
      name.endsWith('training.json'),
    );
    const text = readFileSync(join(appFolder(), folder, 'evaluations', file!), 'utf8');
    return (JSON.parse(text) as { numbers: unknown }).numbers;
  };
  /** The weights are those that it begins with, so that one process and several measure the same images. */
  const measured = (folder: string, ...more: readonly string[]): string[] => [
    ...recipe(
      folder,
      2,
      ...more,
      '--set',
      'checkpoint.every=2',
      '--set',
      'ema={ decay: 0.999999, start: 0 }',
    ),
    ...['--set', `featureExtractor={ use: trained-classifier, weights: ${weights} }`],
    ...['--set', 'metrics=[{ use: fid }, { use: inception-score }]'],
    ...['--set', 'evaluate={ every: 2, samples: 130 }'],
  ];

  beforeAll(async () => {
    const images = ['--data', 'shapes', '--resolution', '32', '--backend', 'tensorflow'];
    await ganymedeJson([
      ...['data', 'extractor', 'train', ...images, '--out', weights],
      ...['--steps', '4', '--batch-size', '8', '--width', '4', '--precision', 'float32'],
    ]);
    await finish(measured(run, '--workers', '2'));
  });

  test('a training measures with all of them; the numbers are those of one', async () => {
    const alone = 'runs/measured-by-one';
    await finish(measured(alone));
    const [one, two] = [numbersOf(alone), numbersOf(run)] as Readonly<Record<string, number>>[];
    expect(Object.keys(two!)).toEqual(expect.arrayContaining(['fid', 'inceptionScore']));
    for (const [name, value] of Object.entries(one!))
      expect({ [name]: Math.abs(two![name]! / value - 1) < 1e-3 }).toEqual({ [name]: true });
    expect(existsSync(join(appFolder(), run, 'best.json'))).toBe(true);
  });

  test('evaluate and truncate: numbers of three processes and of one are equal bit for bit', async () => {
    const flags = ['--samples', '170', '--no-cache', '--bootstrap', '3'];
    const numbers = async (...more: readonly string[]): Promise<unknown> => {
      const report = await ganymedeJson(['evaluate', run, ...flags, ...more]);
      const { numbers: own, intervals } = (report as { evaluation: Record<string, unknown> }).evaluation;
      return { own, intervals };
    };
    const one = await numbers();
    expect(one).toMatchObject({ own: { fid: expect.any(Number) }, intervals: { fid: expect.anything() } });
    expect(await numbers('--workers', '3')).toEqual(one);
    const curve = async (out: string, ...more: readonly string[]): Promise<string> => {
      const words = [
        'truncate',
        run,
        '--thresholds',
        '0.5',
        '--samples',
        '120',
        '--metrics',
        'fid',
        '--out',
        out,
      ];
      await ganymedeJson([...words, ...more]);
      return readFileSync(join(appFolder(), out, 'truncation.csv'), 'utf8');
    };
    expect(await curve('curves-of-two', '--workers', '2')).toBe(await curve('curves-of-one'));
  });

  test('two folders of images are measured by all of them as by one', async () => {
    await ganymedeJson(['sample', run, '--count', '60', '--out', 'half-a', '--format', 'png']);
    await ganymedeJson(['sample', run, '--count', '60', '--seed', '5', '--out', 'half-b', '--format', 'png']);
    const numbers = async (...more: readonly string[]): Promise<unknown> => {
      const sets = ['--real', 'half-a', '--fake', 'half-b', '--backend', 'tensorflow', '--no-cache'];
      const by = ['--extractor', 'trained-classifier', '--weights', weights];
      const report = await ganymedeJson(['evaluate', ...sets, ...by, ...more]);
      return (report as { evaluation: { numbers: Record<string, number> } }).evaluation.numbers;
    };
    const [one, two] = [await numbers(), await numbers('--workers', '2')] as { fid: number }[];
    expect(Math.abs(two!.fid / one!.fid - 1)).toBeLessThan(1e-3);
  });

  test('sample: the files of three processes are those of one, byte for byte', async () => {
    const file = async (out: string, ...more: readonly string[]): Promise<Buffer> => {
      await ganymedeJson(['sample', run, '--count', '170', '--out', out, ...more]);
      return readFileSync(join(appFolder(), out));
    };
    const one = await file('sampled-by-one.npz');
    expect((await file('sampled-by-three.npz', '--workers', '3')).equals(one)).toBe(true);
  });

  test.each([
    ['drs', '{ use: drs, burnIn: 120, percentile: 50 }', 1000],
    ['ddls', '{ use: ddls, steps: 2 }', 130],
  ])(
    'a sampler, %s, draws in three processes what it draws in one, bit for bit',
    async (_, sampler, count) => {
      const drawn = async (out: string, ...more: readonly string[]): Promise<unknown> => {
        const words = ['sample', run, '--count', String(count), '--sampler', sampler, '--out', out];
        const { sampling } = (await ganymedeJson([...words, ...more])) as { sampling: unknown };
        return { sampling, bytes: readFileSync(join(appFolder(), out)).toString('base64') };
      };
      const one = await drawn('chosen-by-one.npz');
      expect(one).toMatchObject({ sampling: { report: { calibrationImages: expect.any(Number) } } });
      expect(await drawn('chosen-by-three.npz', '--workers', '3')).toEqual(one);
    },
  );

  test('an evaluation with a sampler: numbers of two processes and of one are equal bit for bit', async () => {
    const words = [
      'evaluate',
      run,
      '--samples',
      '130',
      '--no-cache',
      '--sampler',
      '{ use: drs, burnIn: 100 }',
    ];
    const numbers = async (...more: readonly string[]): Promise<unknown> =>
      ((await ganymedeJson([...words, ...more])) as { evaluation: { numbers: unknown } }).evaluation.numbers;
    const one = await numbers();
    expect(one).toMatchObject({ fid: expect.any(Number) });
    expect(await numbers('--workers', '2')).toEqual(one);
  });

  test('a process that dies is named, and nothing is written', async () => {
    const out = 'never-sampled.npz';
    let isKilled = false;
    const sampling = ganymede(['sample', run, '--count', '200000', '--workers', '2', '--out', out, '--json']);
    while (!isKilled) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      try {
        process.kill(processOf(run, 1), 'SIGKILL');
        isKilled = true;
      } catch {
        // It has not begun yet.
      }
    }
    const { code, stdout } = await sampling;
    expect(code).not.toBe(0);
    expect(stdout).toMatch(/WORKER_LOST.*rank 1 .*SIGKILL/);
    expect(existsSync(join(appFolder(), out))).toBe(false);
  });

  test('those that are started by hand with other options are refused by name', async () => {
    const addresses = '127.0.0.1:38321,127.0.0.1:38322';
    const each = (rank: string, seed: string) =>
      ganymede([
        'sample',
        run,
        '--seed',
        seed,
        '--workers',
        addresses,
        '--rank',
        rank,
        '--out',
        'x.npz',
        '--json',
      ]);
    for (const { stdout } of await Promise.all([each('0', '0'), each('1', '1')]))
      expect(stdout).toMatch(/WORKERS_DIFFER.*latents/);
  });
});
