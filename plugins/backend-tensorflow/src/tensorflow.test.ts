import * as tf from '@tensorflow/tfjs';
import { backendContract, fromComponent } from '@ganymede/testing';
import { tensorflow } from './tensorflow.js';
import { TensorFlow } from './tensorflow-backend.js';

backendContract(fromComponent(tensorflow));

describe('tensorflow', () => {
  test('says what it runs on', async () => {
    const backend = new TensorFlow({ threads: 1 });
    const description = await backend.activate();
    expect(description).toMatchObject({ name: 'tensorflow', device: 'cpu', threads: 1 });
    expect(description.library).toMatch(/^TensorFlow 2\.\d+\.\d+/);
    expect(tf.getBackend()).toBe('tensorflow');
    expect(await backend.activate()).toEqual(description);
    backend.dispose();
    expect(tf.findBackendFactory('tensorflow')).toBeNull();
    expect(tf.getKernelsForBackend('tensorflow')).toEqual([]);
  });

  test('two at once are refused, one after the other are not', async () => {
    const first = new TensorFlow();
    const second = new TensorFlow();
    await first.activate();
    await expect(second.activate()).rejects.toMatchObject({ code: 'BACKEND_IN_USE' });
    first.dispose();
    await expect(second.activate()).resolves.toMatchObject({ name: 'tensorflow' });
    second.dispose();
  });

  test('a GPU where there is none is refused with what there is', async () => {
    const backend = new TensorFlow({ device: 'gpu:7' });
    await expect(backend.activate()).rejects.toMatchObject({
      name: 'GanymedeError',
      code: 'NO_GPU',
      message: expect.stringMatching(/gpu:7: expected a GPU .* got .*CPU:0/),
      hint: expect.stringContaining('backend pjrt'),
    });
    expect(tf.findBackendFactory('tensorflow')).toBeNull();
  });

  test('a library that is not there is refused, with the path', async () => {
    const backend = new TensorFlow({ libraryPath: '/no/such/folder' });
    await expect(backend.activate()).rejects.toMatchObject({
      name: 'GanymedeError',
      message: expect.stringContaining('/no/such/folder'),
    });
  });

  test('compiling before activation is refused', () => {
    expect(() => new TensorFlow().compile(() => ({}), { name: 'early' })).toThrow(
      expect.objectContaining({ code: 'BACKEND_INACTIVE' }),
    );
  });

  test('errors of a compiled step have their code', async () => {
    const backend = new TensorFlow();
    await backend.activate();
    const step = backend.compile(({ x }) => ({ y: x!.mul(x!.dataSync()[0]!) }), { name: 'impure' });
    const x = tf.tensor1d([1, 2]);
    await expect(step.run({ x })).rejects.toMatchObject({ name: 'GanymedeError', code: expect.any(String) });
    x.dispose();
    step.dispose();
    backend.dispose();
  });

  test.each([{ threads: -1 }, { threads: 1.5 }, { device: 'tpu' }, { device: 'gpu' }, { wide: 1 }])(
    'options %j are refused',
    (options) => {
      expect(tensorflow.options.safeParse(options).success).toBe(false);
    },
  );
});
