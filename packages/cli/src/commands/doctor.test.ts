import { runHere } from '../testing/run-here.js';

test('every backend is tried, one after the other, and nothing is said but the table', async () => {
  const { code, stdout, stderr } = await runHere('doctor');
  expect(stderr).toBe('');
  expect(code).toBe(0);
  for (const line of stdout.trimEnd().split('\n')) expect(line).toMatch(/^(ok|warn|FAIL|-| {4}) /);
  expect(stdout).toMatch(/^ok +backend tensorflow +TensorFlow 2\./m);
  expect(stdout).toMatch(/^- +backend tfjs-node/m);
}, 60_000);
