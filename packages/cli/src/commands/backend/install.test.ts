import { runHere, type CliResult } from '../../testing/run-here.js';

const typed = (line: string): Promise<CliResult> => runHere(...line.split(' '));

test('what is no engine, and TensorFlow for GPUs, which was one', async () => {
  const wrong = await typed('backend install metal');
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain(
    'backend install: expected tensorflow, cuda, cuda12, rocm, oneapi, tpu, xla-cpu, got metal',
  );
  const gone = await typed('backend install tensorflow --gpu');
  expect(gone.code).toBe(2);
  expect(gone.stderr).toContain('Type: ganymede backend install cuda');
});

test('--requirements says which wheels, and installs nothing', async () => {
  const { code, stdout, stderr } = await typed('backend install cuda --requirements');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = stdout.trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(10);
  for (const line of lines) expect(line).toMatch(/^[a-z0-9-]+==[\d.]+ --hash=sha256:[0-9a-f]{64}$/);
  const tensorflow = await typed('backend install tensorflow --requirements --json');
  expect(JSON.parse(tensorflow.stdout)).toEqual({
    requirements: [expect.stringMatching(/^tensorflow(-cpu)?==2\.21\.0 --hash=sha256:/)],
  });
});

test('a folder without the wheels says which are missing, and a plugin that is there is left alone', async () => {
  const { code, stderr } = await typed('backend install rocm --from /nowhere');
  expect(code).toBe(3);
  expect(stderr).toContain('WHEEL_NOT_FOUND: /nowhere: expected jax_rocm7_pjrt-0.11.2-*.whl');
  const there = await typed('backend install xla-cpu --from /nowhere');
  expect(there.code).toBe(0);
  expect(there.stdout).toMatch(
    /^already there: .*pjrt_c_api_cpu_plugin\.so\nneeds nothing else; tried on processors/,
  );
});
