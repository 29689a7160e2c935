import { spawnSync } from 'node:child_process';
import { BundledPackage } from './testing/own-process.js';

/** Processes of their own: how a program starts and ends shows only there. */
let bundled: BundledPackage;
beforeAll(() => {
  bundled = new BundledPackage();
});
afterAll(() => bundled.remove());

function run(program: string, environment: NodeJS.ProcessEnv = {}) {
  const { argv, env } = bundled.node(program);
  return spawnSync(process.execPath, argv, {
    encoding: 'utf8',
    env: { ...env, ...environment },
    timeout: 60_000,
  });
}

test('a program says what it prints, nothing else, and ends well', () => {
  const { status, signal, stdout, stderr } = run(`
    const step = compile(tensorflow, ({ x }) => ({ y: x.add(1) }));
    const { y } = await step.run({ x: tf.scalar(1) });
    console.log(y.dataSync()[0]);`);
  expect({ status, signal, stdout, stderr }).toEqual({ status: 0, signal: null, stdout: '2\n', stderr: '' });
});

test.each([
  ['process.exit', 'tf.ones([2]).add(1); process.exit(3);', 3],
  ['an error', "tf.ones([2]).add(1); throw new Error('mine');", 1],
  [
    'process.exit during a run',
    'compile(tensorflow, () => ({ y: tf.ones([900, 900]).matMul(tf.ones([900, 900])) })).run({}); setTimeout(() => process.exit(4), 1); await new Promise(() => {});',
    4,
  ],
])('%s ends with its own code', (_what, program, code) => {
  const { status, signal } = run(program);
  expect({ status, signal }).toEqual({ status: code, signal: null });
});

test('TensorFlow talks when it is asked to', () => {
  expect(run('tf.ones([2]).add(1)', { TF_CPP_MIN_LOG_LEVEL: '0' }).stderr).toMatch(/oneDNN/);
});

test.each([
  ['with oneDNN there are grouped convolutions', '1', 'true\n'],
  ["without it, none: TensorFlow's own kernels refuse their gradients", '0', 'false\n'],
])('%s', (_, TF_ENABLE_ONEDNN_OPTS, stdout) => {
  const program = `
    const names = tf.getKernelsForBackend(tensorflow.name).map(({ kernelName }) => kernelName);
    console.log(names.includes('GroupedConv2DBackpropFilter'));`;
  expect(run(program, { TF_ENABLE_ONEDNN_OPTS })).toMatchObject({ status: 0, stdout, stderr: '' });
});
