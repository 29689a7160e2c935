import { runHere } from '../testing/run-here.js';

test('components lists slots, and options where a slot is named', async () => {
  const all = await runHere('components');
  expect(all.stdout).toMatch(/^loss\n {2}hinge +Hinge adversarial loss\.$/m);
  expect(all.stdout).not.toContain('margin');
  const some = await runHere('components', 'loss');
  expect(some.stdout).toMatch(/^ {6}margin \(number, default 1\): /m);
  expect(some.stdout).not.toMatch(/^prior$/m);
});

test('components --json', async () => {
  const { stdout } = await runHere('components', 'truncation', '--json');
  const { components } = JSON.parse(stdout) as { components: { id: string; options: object[] }[] };
  expect(components.map(({ id }) => id)).toEqual(['none', 'resample', 'scaled', 'clamp', 'std']);
  expect(components[1]!.options).toEqual([expect.objectContaining({ name: 'threshold', type: 'number' })]);
});

test('config schema is JSON with and without --json', async () => {
  const plain = await runHere('config', 'schema');
  const json = await runHere('config', 'schema', '--json');
  expect(JSON.parse(plain.stdout)).toEqual(JSON.parse(json.stdout));
  expect(JSON.parse(plain.stdout)).toMatchObject({ title: 'Ganymede run config' });
});

test('config show: flags go to the keys they stand for, and say so', async () => {
  const { stdout } = await runHere(
    ...['config', 'show', '--preset', 'quickstart', '--ch', '24', '--batch-size', '16', '--lr-g', '1e-4'],
    ...['--threads', '2', '--data', 'photos', '--set', 'loss=wasserstein'],
  );
  expect(stdout).toMatch(/^batchSize: 16 # --batch-size 16$/m);
  expect(stdout.match(/channels: 24 # --ch 24/g)).toHaveLength(2);
  expect(stdout).toMatch(/generator: 0\.0001 # --lr-g 1e-4/);
  expect(stdout).toMatch(/threads: 2 # --threads 2/);
  expect(stdout).toMatch(/use: auto # --data photos\n {2}path: .*\/photos # --data photos/);
  expect(stdout).toMatch(/use: wasserstein # --set loss=wasserstein/);
});

test('--data with the id of a component is that component', async () => {
  const { stdout } = await runHere('config', 'show', '--preset', 'cifar10', '--data', 'shapes', '--json');
  const { config, origins } = JSON.parse(stdout) as {
    config: { data: object };
    origins: Record<string, string>;
  };
  expect(config.data).toMatchObject({ use: 'shapes' });
  expect(origins['data.use']).toBe('--data shapes');
  expect(origins['steps']).toBe('preset cifar10');
});

test('doctor and backend list start the backends: WebAssembly runs everywhere', async () => {
  const doctor = await runHere('doctor', '--json');
  expect(doctor.code).toBe(0);
  const { findings } = JSON.parse(doctor.stdout) as { findings: { name: string; status: string }[] };
  expect(findings).toContainEqual(expect.objectContaining({ name: 'backend wasm', status: 'ok' }));
  const list = await runHere('backend', 'list');
  expect(list.stdout).toMatch(/^wasm .*\n +tfjs-backend-wasm \S+ on cpu$/m);
});
