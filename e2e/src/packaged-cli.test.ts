import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { availableBackends } from './backends.js';
import { doneEvent, parseEvents } from './run-events.js';
import { appFolder, ganymede, ganymedeJson, nodeBinaries } from './workplace.js';

const pngMagic = '89504e470d0a1a0a';

function readHead(path: string, bytes: number): Buffer {
  return readFileSync(path).subarray(0, bytes);
}

describe.each(Object.entries(nodeBinaries()))('on Node %s', (version, node) => {
  const run = `runs/node-${version}`;

  test('doctor says what it found', async () => {
    const { findings } = (await ganymedeJson(['doctor'], { node })) as {
      findings: readonly { name: string; status: string; found: string }[];
    };
    expect(findings.find(({ name }) => name === 'Node.js')).toMatchObject({ status: 'ok', found: version });
    expect(findings.find(({ name }) => name === 'backend wasm')).toMatchObject({ status: 'ok' });
    expect(findings.filter(({ status }) => status === 'missing')).toEqual([]);
  });

  test('train runs a recipe with a plugin of its own', async () => {
    const { code, stdout, stderr } = await ganymede(
      ['train', '--config', 'tiny.yaml', '--run', run, '--json'],
      { node },
    );
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    const steps = parseEvents(stdout).filter(({ kind }) => kind === 'step');
    expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    for (const { losses } of steps) {
      expect(Object.values(losses!).every(Number.isFinite)).toBe(true);
    }
    const { sheet, finished } = doneEvent(stdout);
    expect(finished).toBe(true);
    expect(readHead(sheet!, 8).toString('hex')).toBe(pngMagic);

    const config = readFileSync(join(appFolder(), run, 'config.json'), 'utf8');
    expect(config).toContain('squared-hinge');
    const environment = JSON.parse(readFileSync(join(appFolder(), run, 'environment.json'), 'utf8'));
    expect(environment.node).toBe(`v${version}`);
  });

  test('sample writes a sheet and arrays', async () => {
    const sheet = `out/${version}/sheet.png`;
    await ganymedeJson(['sample', run, '--per-class', '2', '--out', sheet], { node });
    expect(readHead(join(appFolder(), sheet), 8).toString('hex')).toBe(pngMagic);

    const arrays = `out/${version}/samples.npz`;
    const truncation = ['--truncation', '0.5', '--truncation-convention', 'resample'];
    const report = await ganymedeJson(['sample', run, '--count', '5', '--out', arrays, ...truncation], {
      node,
    });
    expect(report).toMatchObject({ count: 5 });
    expect(readHead(join(appFolder(), arrays), 2).toString('latin1')).toBe('PK');
  });
});

test('the installed folder runs no install script and holds one tfjs', () => {
  const lock = JSON.parse(readFileSync(join(appFolder(), 'node_modules/.package-lock.json'), 'utf8'));
  const copies = Object.keys(lock.packages).filter((path) =>
    path.endsWith('node_modules/@tensorflow/tfjs-core'),
  );
  expect(copies).toEqual(['node_modules/@tensorflow/tfjs-core']);
  expect(
    Object.keys(lock.packages).filter((path) => /tfjs-node|reflect-metadata\/.*node_modules/.test(path)),
  ).toEqual([]);
});

test('train --profile says where the time goes', async () => {
  if (!availableBackends().includes('tensorflow')) {
    const refused = await ganymede([
      'train',
      '--config',
      'tiny.yaml',
      '--run',
      'runs/profiled',
      '--profile',
      '1',
    ]);
    expect(refused.stderr).toContain('NO_PROFILER');
    return;
  }
  const { stdout } = await ganymede([
    'train',
    '--config',
    'tiny.yaml',
    '--run',
    'runs/profiled',
    '--profile',
    '1',
    '--json',
  ]);
  const { path, ops } = parseEvents(stdout).find(({ kind }) => kind === 'profile')!;
  expect(readdirSync(path!).sort()).toEqual(['host.xplane.pb', 'trace.json']);
  expect(ops!.map(({ op }) => op)).toContainEqual(expect.stringMatching(/Conv2D/));
});

test('plan says what a run will take', async () => {
  const report = await ganymedeJson(['plan', '--config', 'tiny.yaml']);
  expect(report).toMatchObject({ steps: 4, batchSize: 4, images: 32, epochs: 0.5 });
});

describe('wrong input', () => {
  const cases: readonly { name: string; args: readonly string[]; code: number; says: RegExp }[] = [
    { name: 'command', args: ['trian'], code: 2, says: /train/ },
    { name: 'flag', args: ['train', '--stepz', '3'], code: 2, says: /--steps/ },
    { name: 'preset', args: ['train', '--preset', 'quikstart'], code: 2, says: /quickstart/ },
    { name: 'component', args: ['train', '--set', 'loss=hing'], code: 2, says: /hinge/ },
    { name: 'option', args: ['train', '--set', 'generator.chanels=4'], code: 2, says: /channels/ },
    { name: 'data', args: ['train', '--data', './no-such-folder'], code: 3, says: /no-such-folder/ },
    { name: 'run', args: ['sample', 'no-such-run'], code: 3, says: /no-such-run/ },
  ];
  test.each(cases)('$name: ends with a code and says what would be right', async ({ args, code, says }) => {
    const result = await ganymede(args);
    expect(result.stderr).toMatch(says);
    expect(result.stderr).not.toMatch(/\n\s+at .*:\d+:\d+/);
    expect(result.code).toBe(code);
  });
});
