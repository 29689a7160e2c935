import type { Components, Dataset, DatasetOpenContext } from '@ganymede/core';
import { openDataset } from './open-dataset.js';

/** A plugin's data: what it makes of the resolution that it is asked for. */
function componentsWith(shapeOf: (resolution: never) => Pick<Dataset['imageShape'], 'height' | 'width'>): {
  components: Pick<Components, 'resolve' | 'clock'>;
  closed: () => number;
} {
  let closed = 0;
  const source = {
    open: ({ resolution, channels }: DatasetOpenContext) =>
      Promise.resolve({
        imageShape: { ...shapeOf(resolution as never), channels },
        close: () => {
          closed += 1;
          return Promise.resolve();
        },
      }),
  };
  const components = { resolve: () => source, clock: { now: () => 0 } };
  return { components: components as never, closed: () => closed };
}

const settings = { resolution: [48, 32] as [number, number], channels: 3 as const, strictData: false };

test('data that take the resolution for one number are refused, and closed', async () => {
  const square = componentsWith((resolution) => ({ height: resolution, width: resolution }));
  await expect(openDataset(square.components, { use: 'mine' }, settings)).rejects.toMatchObject({
    code: 'DATASET_OTHER_IMAGES',
    message: expect.stringMatching(/^dataset mine: expected images of 48x32x3, as it was asked for, got /),
  });
  expect(square.closed()).toBe(1);
  const swapped = componentsWith(([width, height]: readonly [number, number]) => ({ height, width }));
  await expect(openDataset(swapped.components, { use: 'mine' }, settings)).rejects.toThrow('got 32x48x3');
  const right = componentsWith(([height, width]: readonly [number, number]) => ({ height, width }));
  expect((await openDataset(right.components, { use: 'mine' }, settings)).imageShape).toEqual({
    height: 48,
    width: 32,
    channels: 3,
  });
  expect(right.closed()).toBe(0);
});

test('of squares the number is enough', async () => {
  const square = componentsWith((resolution) => ({ height: resolution, width: resolution }));
  const dataset = await openDataset(square.components, { use: 'mine' }, { ...settings, resolution: 32 });
  expect(dataset.imageShape).toEqual({ height: 32, width: 32, channels: 3 });
});
