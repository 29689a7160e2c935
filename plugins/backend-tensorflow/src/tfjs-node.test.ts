import * as tf from '@tensorflow/tfjs';
import { backendContract } from '@ganymede/testing';
import { tfjsNode } from './tfjs-node.js';
import { TfjsNode, type LoadPackage } from './tfjs-node-backend.js';

/**
 * What the package does when it is loaded, with tfjs's CPU kernels in the place of the native ones, whose binding
 * cannot be had here: the require boundary is the only thing that is not real.
 */
const loadStandIn =
  ({ gpu = false, installed = true } = {}): LoadPackage =>
  (name) => {
    if (!installed || (name.endsWith('-gpu') && !gpu)) {
      throw Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' });
    }
    const cpu = tf.engine().findBackendFactory('cpu')() as tf.KernelBackend;
    Object.assign(cpu, { isUsingGpuDevice: gpu, binding: { TF_Version: '2.9.1' } });
    tf.registerBackend('tensorflow', () => cpu, 3);
    tf.copyRegisteredKernels('cpu', 'tensorflow');
    return {};
  };

/** The package stays for the life of a process; a test is not one. */
function unload(): void {
  if (tf.findBackendFactory('tensorflow') != null) tf.removeBackend('tensorflow');
  for (const { kernelName } of tf.getKernelsForBackend('tensorflow'))
    tf.unregisterKernel(kernelName, 'tensorflow');
}

backendContract({ name: 'tfjs-node over a stand-in', create: () => new TfjsNode({}, loadStandIn()) });

describe('tfjs-node', () => {
  beforeEach(unload);
  afterAll(unload);

  test('the GPU package comes first, the other serves where it is missing', async () => {
    const plain = await new TfjsNode({}, loadStandIn()).activate();
    expect(plain).toMatchObject({
      name: 'tfjs-node',
      device: 'cpu',
      library: 'TensorFlow 2.9.1 (@tensorflow/tfjs-node)',
    });
    unload();
    const gpu = await new TfjsNode({}, loadStandIn({ gpu: true })).activate();
    expect(gpu).toMatchObject({
      device: 'gpu:0',
      library: 'TensorFlow 2.9.1 (@tensorflow/tfjs-node-gpu)',
    });
  });

  test('a package without its native binding: what failed, and what to type', async () => {
    const backend = new TfjsNode({ package: '@tensorflow/tfjs-node-gpu', projectFolder: __dirname });
    await expect(backend.activate()).rejects.toMatchObject({
      name: 'GanymedeError',
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringMatching(/tfjs-node-gpu: The Node\.js native addon module .* can not be found/),
      hint: expect.stringContaining('npm rebuild @tensorflow/tfjs-node-gpu --build-addon-from-source'),
    });
    expect(tf.getKernelsForBackend('tensorflow')).toEqual([]);
  });

  test('a project without the packages: which were looked for, and what to type', async () => {
    await expect(new TfjsNode({}, loadStandIn({ installed: false })).activate()).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringMatching(/tfjs-node-gpu: Cannot find module .*tfjs-node: Cannot find module/),
      hint: `Type: npm install @tensorflow/tfjs-node@${tf.version_core}`,
    });
  });

  test('a GPU where there is none is refused', async () => {
    await expect(new TfjsNode({ device: 'gpu' }, loadStandIn()).activate()).rejects.toMatchObject({
      code: 'NO_GPU',
      message: 'tfjs-node: expected a GPU that TensorFlow 2.9.1 can use, got none',
    });
  });

  test('a package that registers its backend elsewhere is refused', async () => {
    await expect(new TfjsNode({}, () => ({})).activate()).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringContaining('registered no tensorflow backend'),
    });
  });

  test('another backend under its name is refused', async () => {
    tf.registerBackend('tensorflow', tf.engine().findBackendFactory('cpu'));
    await expect(new TfjsNode({}, loadStandIn()).activate()).rejects.toMatchObject({
      code: 'BACKEND_IN_USE',
    });
  });

  test('bfloat16 is refused', () => {
    expect(() => new TfjsNode().compile(() => ({}), { name: 'D', precision: 'bfloat16' })).toThrow(
      expect.objectContaining({ code: 'PRECISION_UNSUPPORTED' }),
    );
  });

  test('defaults', () => {
    expect(tfjsNode.options.parse({})).toEqual({ package: 'auto', device: 'any', projectFolder: '.' });
  });
});
