import '@tensorflow/tfjs';
import { createContainer } from '../../container.js';
import { kernelWork, usefulWork } from '@ganymede/bench';

describe('kernelWork', () => {
  test.each([
    [
      'Conv2D',
      [
        [2, 8, 8, 3],
        [3, 3, 3, 16],
      ],
      [[2, 8, 8, 16]],
      2 * (2 * 8 * 8 * 16) * (3 * 3 * 3),
    ],
    [
      'Conv2DBackpropInput',
      [
        [2, 4, 4, 16],
        [3, 3, 8, 16],
      ],
      [[2, 8, 8, 8]],
      2 * (2 * 4 * 4 * 16) * (3 * 3 * 8),
    ],
    [
      'BatchMatMul',
      [
        [5, 6, 7],
        [5, 7, 8],
      ],
      [[5, 6, 8]],
      2 * 5 * 6 * 7 * 8,
    ],
    [
      '_FusedMatMul',
      [
        [6, 7],
        [7, 8],
      ],
      [[6, 8]],
      2 * 6 * 7 * 8,
    ],
    ['Relu', [[6, 7]], [[6, 7]], 0],
  ])('%s', (name, inputShapes, outputShapes, work) => {
    expect(kernelWork({ name, inputShapes, outputShapes })).toBeCloseTo(work, 6);
  });
});

test('counts the unfused mathematics of BigGAN, the same with fused-scale convolutions', async () => {
  const components = await createContainer();
  await components.resolve('backend', { use: 'wasm', threads: 1 }).activate();
  const spec = { imageShape: { height: 32, width: 32, channels: 3 }, classes: 10, seed: 0 };
  const network = { use: 'biggan', channels: 4, attention: [] };
  const generator = { ...network, hierarchical: false, sharedEmbedding: false, latentSize: 8 };
  const work = (fusedScale: boolean): ReturnType<typeof usefulWork> =>
    usefulWork(
      components,
      { generator: { ...generator, fusedScale }, discriminator: { ...network, fusedScale } },
      spec,
    );
  const unfused = await work(false);
  // BigGAN.py at 32 px, ch 4: all blocks 16 wide; the shortcut's 1x1 convolution before the upsampling.
  const wide = 16;
  const pixels = [8, 16, 32].map((side) => side * side);
  const conv = (at: number, from: number, to: number, side = 3): number => 2 * at * side * side * from * to;
  const g =
    2 * 8 * 16 * wide +
    pixels.reduce((sum, at) => sum + 2 * conv(at, wide, wide) + conv(at / 4, wide, wide, 1), 0) +
    conv(1024, wide, 3);
  expect(unfused.sample).toBeGreaterThan(g * 0.999);
  expect(unfused.sample).toBeLessThan(g * 1.02);
  expect(unfused.generatorStep - 3 * unfused.sample).toBeCloseTo(
    (unfused.discriminatorStep - unfused.sample) / 3,
    3,
  );
  expect(await work(true)).toEqual(unfused);
});
