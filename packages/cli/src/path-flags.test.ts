import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromHere, parsePath } from './path-flags.js';
import { allCommands } from './testing/all-commands.js';
import { runHere } from './testing/run-here.js';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ganymede-cli-paths-')));
const before = process.cwd();
beforeAll(() => {
  mkdirSync(join(folder, 'here', 'images'), { recursive: true });
  mkdirSync(join(folder, 'configs'));
  process.chdir(join(folder, 'here'));
});
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
});

interface AnyFlag {
  readonly type: string;
  readonly description?: string;
  readonly helpValue?: string;
  readonly parse?: unknown;
}
const flags = allCommands().flatMap(([id, command]) =>
  Object.entries((command.flags ?? {}) as Record<string, AnyFlag>).map(
    ([name, flag]) => [`${id} --${name}`, name, flag] as const,
  ),
);

/** Where images come from, which may be the id of a component as well: `imagesAt` reads them. */
const ofImages = ['data', 'held-out', 'real', 'fake', 'reference', 'test'];
/** They mention a file or a folder and are none: a name, or a key and a value, whose paths the toolkit reads. */
const noPaths = ['name', 'plugin', 'set', 'grid', 'profile', 'samples', 'force', 'cache'];

describe('a relative path in a flag starts where the user stands', () => {
  test.each(flags.filter(([, , { helpValue }]) => /^<(path|file|folder)>$/.test(helpValue ?? '')))(
    '%s is parsed by the one rule',
    (_, __, flag) => {
      expect(flag.parse).toBe(parsePath);
    },
  );

  test.each(flags.filter(([, name]) => ofImages.includes(name)))('%s names images', (_, __, flag) => {
    expect(flag.helpValue).toBe('<images>');
  });

  test('no other flag takes a path', () => {
    const others = flags.filter(
      ([, name, { type, description, helpValue }]) =>
        type === 'option' &&
        /\b(file|folder|path)s?\b|^out$/i.test(description ?? '') &&
        !/^<(path|file|folder|images|run)>$/.test(helpValue ?? '') &&
        !noPaths.includes(name),
    );
    // These speak of paths between latents.
    const ofLatents = others.filter(([command]) => /^(interpolate|path-length) /.test(command));
    expect(others).toEqual(ofLatents);
  });

  test('the rule', async () => {
    expect(fromHere('a/../b')).toBe(join(folder, 'here', 'b'));
    expect(fromHere('/a')).toBe('/a');
    expect(() => fromHere('')).toThrow(expect.objectContaining({ code: 'BAD_ARGUMENTS', kind: 'usage' }));
    const empty = await runHere('config', 'show', '--config', '');
    expect([empty.code, empty.stderr]).toEqual([2, expect.stringContaining('error BAD_ARGUMENTS: ')]);
  });
});

const shown = async (...argv: string[]): Promise<Record<string, Record<string, unknown>>> => {
  const { code, stdout, stderr } = await runHere('config', 'show', '--json', '--resolution', '32', ...argv);
  expect([code, stderr]).toEqual([0, '']);
  return (JSON.parse(stdout) as { config: Record<string, Record<string, unknown>> }).config;
};

test('a size is typed as in every command, and what is none is refused in words', async () => {
  const { code, stdout } = await runHere('config', 'show', '--json', '--resolution', '48,64');
  expect(code).toBe(0);
  expect((JSON.parse(stdout) as { config: object }).config).toMatchObject({ resolution: [48, 64] });
  for (const text of ['[48, 64]', '48x64', '48,', '~']) {
    const refused = await runHere('config', 'show', '--resolution', text);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining(
        `--resolution: expected pixels a side, or height,width; integers of at least 4, got ${JSON.stringify(text)}`,
      ),
    ]);
  }
});

test('options of a config: by flag from here, in a file from that file', async () => {
  const here = join(folder, 'here');
  const { data, featureExtractor } = await shown(
    ...['--data', 'images', '--set', 'featureExtractor={ use: trained-classifier, weights: a.safetensors }'],
  );
  expect(data).toMatchObject({ path: join(here, 'images') });
  expect(featureExtractor).toMatchObject({ weights: join(here, 'a.safetensors') });
  const split = await shown('--data', 'cifar.tar.gz:test');
  expect(split['data']).toMatchObject({ path: join(here, 'cifar.tar.gz'), split: 'test' });
  const set = await shown('--data', 'images', '--set', 'data.path=../there');
  expect(set['data']).toMatchObject({ path: join(folder, 'there') });

  const file = join(folder, 'configs', 'a.yaml');
  writeFileSync(
    file,
    'data: { use: idx, path: digits, labels: names }\ninit: ../weights\nfeatureExtractor: { use: trained-classifier, weights: ../b.safetensors }\n',
  );
  const ofFile = await shown('--config', '../configs/a.yaml');
  expect(ofFile['data']).toMatchObject({
    path: join(folder, 'configs', 'digits'),
    labels: join(folder, 'configs', 'names'),
  });
  expect(ofFile['init']).toBe(join(folder, 'weights'));
  expect(ofFile['featureExtractor']).toMatchObject({ weights: join(folder, 'b.safetensors') });
});

test('every option of data and of extractors that is a file has its place in the rule', async () => {
  const { createContainer, pathOptions } = await import('@ganymede/toolkit');
  const container = await createContainer();
  const names = (['dataset', 'featureExtractor'] as const).flatMap((slot) =>
    container.list(slot).flatMap(({ definition }) =>
      Object.entries((definition.options as { shape?: Record<string, { description?: string }> }).shape ?? {})
        .filter(
          ([, { description = '' }]) =>
            /\b(file|files|archive|\.tar)\b|^folder (with|of)/i.test(description) &&
            // Below the path, in an archive as well.
            !description.includes('below this folder'),
        )
        .map(([name]) => [slot, name] as const),
    ),
  );
  expect(names.length).toBeGreaterThan(5);
  for (const [slot, name] of names) expect(pathOptions[slot === 'dataset' ? 'data' : slot]).toContain(name);
});

test('sweeps: a file starts at its folder, a flag here', async () => {
  writeFileSync(
    join(folder, 'configs', 'sweep.yaml'),
    'name: s\nbase: { preset: quickstart }\nset: { data: { use: auto, path: x } }\n',
  );
  const planned = await runHere('sweep', '../configs/sweep.yaml', '--plan', '--no-measure', '--no-estimate');
  expect([planned.code, planned.stderr]).toEqual([3, expect.stringContaining(join(folder, 'configs', 'x'))]);
  const flagged = await runHere(
    ...['sweep', '--preset', 'quickstart', '--data', 'nothing', '--plan', '--no-measure', '--no-estimate'],
  );
  expect([flagged.code, flagged.stderr]).toEqual([
    3,
    expect.stringContaining(join(folder, 'here', 'nothing')),
  ]);
  expect(readdirSync('.')).toEqual(['images']);
});
