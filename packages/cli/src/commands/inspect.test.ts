import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runHere } from '../testing/run-here.js';

const folder = mkdtempSync(join(tmpdir(), 'ganymede-inspect-'));
const run = join(folder, 'watched');
beforeAll(() => {
  mkdirSync(run);
  writeFileSync(join(run, 'config.json'), '{}');
  const events = [
    { step: 1, spectrum: { generator: { w: [2, 1, 0.5] } } },
    { step: 2, stabilizer: 'warn', evidence: 'step 2: something' },
  ];
  writeFileSync(join(run, 'events.jsonl'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('draws into the run, and says what was noticed', async () => {
  const { code, stdout } = await runHere('inspect', run);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^warn: step 2: something$/m);
  expect(stdout).toMatch(/^wrote .*inspection\/inspect\.html$/m);
  expect(existsSync(join(run, 'inspection/spectra.png'))).toBe(true);
});

test('--json gives the series and writes nothing', async () => {
  rmSync(join(run, 'inspection'), { recursive: true, force: true });
  const { code, stdout } = await runHere('inspect', run, '--json');
  expect(code).toBe(0);
  const { series, files } = JSON.parse(stdout) as {
    series: { spectrum: { generator: { w: unknown[] } } };
    files: unknown[];
  };
  expect(series.spectrum.generator.w[0]).toEqual({ steps: [1], values: [2] });
  expect(files).toEqual([]);
  expect(existsSync(join(run, 'inspection'))).toBe(false);
});

test('what is no run is said', async () => {
  const { code, stderr } = await runHere('inspect', folder);
  expect([code, stderr]).toEqual([3, expect.stringContaining('error RUN_NOT_FOUND: ')]);
});
