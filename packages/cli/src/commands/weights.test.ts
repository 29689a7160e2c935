import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ownFolder } from '../testing/own-folder.js';
import { runHere } from '../testing/run-here.js';

const fixture = resolve(__dirname, '../../../importers/fixtures/biggan');
ownFolder('weights');
beforeAll(() => {
  cpSync(fixture, 'my weights', { recursive: true });
  writeFileSync('wasm.yaml', 'backend: { use: wasm, threads: 1 }\n');
});
const engine = ['--backend', 'wasm', '--threads', '1'];

test('import, sample, resume, export, train --init', async () => {
  const imported = await runHere('import', 'my weights', ...engine);
  expect([imported.code, imported.stderr]).toEqual([0, '']);
  expect(imported.stdout).toContain('imported BigGAN-PyTorch, 3 classes, step 2, as runs/my-weights\n');

  const sampled = await runHere('sample', 'my-weights', '--count', '3', '--json');
  expect(JSON.parse(sampled.stdout)).toMatchObject({ count: 3 });

  const asked = await runHere('resume', 'my-weights', '--steps', '3');
  expect([asked.code, asked.stderr]).toEqual([
    2,
    expect.stringMatching(/data\.path: .*\nName your images: --data/),
  ]);
  const resumed = await runHere('resume', 'my-weights', '--steps', '2', '--data', 'shapes');
  expect([resumed.code, resumed.stderr]).toEqual([5, expect.stringContaining('error CLASSES_DIFFER: ')]);

  const exported = await runHere('export', 'my-weights', '--to', 'biggan-pytorch', '--out', 'out', '--json');
  expect(JSON.parse(exported.stdout)).toMatchObject({ step: 2 });
  expect(readdirSync('out').sort()).toEqual(['D.pth', 'G.pth', 'G_ema.pth', 'config.json']);

  const written = await runHere('export', 'my-weights', '--to', 'onnx', '--out', 'model');
  expect([written.code, written.stderr]).toEqual([0, '']);
  expect(readdirSync('model').sort()).toEqual(['README.md', 'generator.onnx', 'run-config.json']);
  expect(readFileSync('model/README.md', 'utf8')).toContain('float32 [batch, 3, 32, 32]');
  const saved = await runHere('export', 'my-weights', '--to', 'saved-model', '--out', 'saved');
  expect([saved.code, saved.stderr]).toEqual([0, '']);
  expect(readdirSync('saved').sort()).toEqual(['README.md', 'run-config.json', 'saved_model.pb']);
  const card = readFileSync('saved/README.md', 'utf8');
  expect(card).toContain('`saved_model.pb` takes latents z');
  expect(card).toContain('float32 [batch, 32, 32, 3]');
  expect(card).toContain("y = np.zeros(4, 'int32')");
  const again = await runHere('export', 'my-weights', '--to', 'onnx', '--out', 'model');
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('error EXPORT_EXISTS: ')]);

  const begun = await runHere(
    ...['train', '--init', 'my-weights', '--data', 'shapes', '--freeze-discriminator', '1', '--steps', '1'],
    ...['--set', 'batchSize=2', '--set', 'sample.perClass=1', '--name', 'fine'],
  );
  expect([begun.code, begun.stderr]).toEqual([0, '']);
  expect(begun.stdout).toContain("the weights do not name their 3 classes: the data's 10 are all new");
  expect(begun.stdout).toContain('done: 1 steps in runs/fine');

  const wrong = await runHere('import', 'nowhere', ...engine);
  expect([wrong.code, wrong.stderr]).toEqual([3, expect.stringContaining('error WEIGHTS_NOT_FOUND: ')]);
});
