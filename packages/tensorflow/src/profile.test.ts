import * as tf from '@tensorflow/tfjs';
import { chromeTrace, opTimes, readXSpace } from '@ganymede/xspace';
import { registerTensorFlow } from './backend.js';
import type { TensorFlowBackend } from './tensorflow-backend.js';
import { compile } from './compile.js';
import { Profile } from './profile.js';

const name = 'tensorflow-profile-test';

describe('Profile', () => {
  let tensorflow: TensorFlowBackend;

  beforeAll(async () => {
    tensorflow = registerTensorFlow({ name, threads: 1 });
    await tf.setBackend(name);
  });
  afterAll(() => tf.removeBackend(name));

  async function profileOfConvolution(): Promise<Uint8Array> {
    const step = compile(
      tensorflow,
      ({ x, w }) => {
        const hidden = tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same');
        const [y] = tensorflow.backend.pointwise!([hidden], (h) => [tf.relu(tf.mul(tf.add(h!, 1), 2))]);
        return { y: y! };
      },
      { name: 'profiled' },
    );
    const x = tf.ones([2, 64, 64, 8]);
    const w = tf.ones([3, 3, 8, 8]);
    const profile = Profile.start(tensorflow);
    for (let run = 0; run < 3; run++) (await step.run({ x, w })).y!.dispose();
    const bytes = profile.stop();
    step.dispose();
    tf.dispose([x, w]);
    return bytes;
  }

  test('times every kernel of a compiled function', async () => {
    const lines = readXSpace(await profileOfConvolution());
    const convolution = opTimes(lines).find(({ op }) => /Conv2D$/.test(op));
    expect(convolution?.calls).toBe(3);
    expect(convolution!.milliseconds).toBeGreaterThan(0);
    expect(opTimes(lines).find(({ op }) => op === 'Pointwise')?.calls).toBe(3);
    const events = lines.flatMap((line) => line.events);
    expect(Math.min(...events.map((event) => event.startMicroseconds))).toBeGreaterThanOrEqual(0);
    expect(events.every((event) => event.durationMicroseconds < 60e6)).toBe(true);
  });

  test('becomes a trace that Chrome reads', async () => {
    const trace = JSON.parse(chromeTrace(readXSpace(await profileOfConvolution()))) as {
      traceEvents: { ph: string; name: string; dur?: number }[];
    };
    expect(trace.traceEvents.some(({ ph, name: event }) => ph === 'X' && /Conv2D$/.test(event))).toBe(true);
    expect(trace.traceEvents.some(({ ph }) => ph === 'M')).toBe(true);
  });

  test('one at a time, and stopped once', () => {
    const first = Profile.start(tensorflow);
    const second = Profile.start(tensorflow);
    expect(() => second.stop()).toThrow(expect.objectContaining({ code: 'PROFILE_FAILED' }));
    first.stop();
    expect(() => first.stop()).toThrow(expect.objectContaining({ code: 'PROFILE_STOPPED' }));
  });
});
