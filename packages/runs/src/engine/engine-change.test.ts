import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineChange, engineChangeText } from './engine-change.js';

const tensorflow = { name: 'tensorflow', library: 'TensorFlow 2.21.0', device: 'cpu', threads: 2 };
const pjrt = { name: 'pjrt', library: 'PJRT 0.115 cpu', device: 'cpu', threads: 2 };

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'engine-'))));
afterEach(() => rm(folder, { recursive: true }));
const before = (text: string): Promise<void> => writeFile(join(folder, 'environment.json'), text);

test('another engine, or another precision, is told; the same one is not', async () => {
  await before(JSON.stringify({ backend: tensorflow, precision: 'bfloat16' }));
  expect(await engineChange(folder, tensorflow, 'bfloat16')).toBeNull();
  expect(await engineChange(folder, tensorflow, 'float32')).not.toBeNull();
  const change = await engineChange(folder, pjrt, 'float32');
  expect(change).toMatchObject({ from: { name: 'tensorflow' }, to: { name: 'pjrt', precision: 'float32' } });
  expect(engineChangeText(change!)).toBe(
    'the run continues on PJRT 0.115 cpu on cpu in float32; until now it ran on TensorFlow 2.21.0 on cpu in bfloat16. From here on its numbers differ by rounding',
  );
});

test.each(['', '{}', '{"backend": {"name": 3}}', 'null'])(
  'a file that does not say, %j, is no change',
  async (text) => {
    await before(text);
    expect(await engineChange(folder, pjrt, 'float32')).toBeNull();
  },
);

test('no file is no change', async () => {
  expect(await engineChange(folder, pjrt, 'float32')).toBeNull();
});
