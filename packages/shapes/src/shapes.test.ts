import { createHash } from 'node:crypto';
import type { DatasetOpenContext, Resolution } from '@ganymede/core';
import { componentContract, datasetContract, fromComponent } from '@ganymede/testing';
import { shapeColours } from './shape-factors.js';
import { shapeNames } from './shape-outlines.js';
import { shapes, Shapes, type ShapesDataset, type ShapesOptions } from './shapes.js';

const context: DatasetOpenContext = { cacheFolder: 'unused', resolution: 32, channels: 3, strict: false };

async function open(
  given: Partial<ShapesOptions> = {},
  resolution: Resolution = 32,
  channels: 1 | 3 | 4 = 3,
): Promise<ShapesDataset> {
  const options = shapes.options.parse({ count: 200, ...given });
  return new Shapes(options).open({ ...context, resolution, channels });
}

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

componentContract(shapes);
datasetContract(fromComponent(shapes, { count: 50 }), context);
datasetContract(fromComponent(shapes, { count: 50, memoryMiB: 0 }), {
  ...context,
  channels: 1,
  resolution: 16,
});
datasetContract(fromComponent(shapes, { count: 50, shapes: ['heart', 'star'] }), { ...context, channels: 4 });

datasetContract(fromComponent(shapes, { count: 50 }), { ...context, resolution: [16, 24] });

describe('Shapes', () => {
  test.each([
    [24, 16],
    [16, 24],
  ])('in %d by %d the shape is that of the middle square', async (height, width) => {
    const [square, other] = await Promise.all([open({}, 16, 4), open({}, [height, width], 4)]);
    const [inner, outer] = await Promise.all([square.read([3]), other.read([3])]);
    const [top, left] = [(height - 16) / 2, (width - 16) / 2];
    let covered = 0;
    for (let row = 0; row < 16; row++) {
      const from = ((row + top) * width + left) * 4;
      const line = [...outer.subarray(from, from + 16 * 4)];
      expect(line).toEqual([...inner.subarray(row * 64, (row + 1) * 64)]);
      covered += line.filter((value, i) => i % 4 === 3 && value > 0).length;
    }
    expect(covered).toBeGreaterThan(10);
    expect(other.factorsOf(3)).toEqual(square.factorsOf(3));
    expect(other.fingerprint).not.toBe(square.fingerprint);
  });

  test('a square has one name, that of earlier versions', async () => {
    const [one, pair] = await Promise.all([open({ count: 7 }, 16), open({ count: 7 }, [16, 16])]);
    expect(pair.fingerprint).toBe(one.fingerprint);
    const named = JSON.stringify(['shapes', 1, 7, 0, [...shapeNames], 16, 3]);
    expect(one.fingerprint).toBe(createHash('sha256').update(named).digest('hex'));
  });

  test('20,000 images of ten balanced classes by default', async () => {
    const dataset = await new Shapes(shapes.options.parse({})).open(context);
    expect(dataset).toHaveLength(20_000);
    expect(dataset.classes).toEqual(shapeNames);
    const counts = new Int32Array(10);
    for (const label of dataset.labels()) counts[label]!++;
    expect([...counts]).toEqual(Array<number>(10).fill(2000));
  });

  test('an image depends on seed and index alone, not on the count or on what was read before', async () => {
    const [a, b, other] = await Promise.all([open(), open({ count: 1000, memoryMiB: 0 }), open({ seed: 1 })]);
    await b.read([5, 17]);
    expect(await b.read([3, 150])).toEqual(await a.read([3, 150]));
    expect(await other.read([3])).not.toEqual(await a.read([3]));
    expect(new Set([a, b, other].map(({ fingerprint }) => fingerprint)).size).toBe(3);
  });

  test('the image is what its factors say', async () => {
    const dataset = await open({ count: 60 }, 64);
    for (const index of range(60)) {
      const { shape, label, colour, x, y, background } = dataset.factorsOf(index);
      expect(shape).toBe(dataset.classes[label]);
      expect(label).toBe(dataset.labels()[index]);
      const pixels = await dataset.read([index]);
      const at = (u: number, v: number): number[] => {
        const start = 3 * (Math.floor(64 * v) * 64 + Math.floor(64 * u));
        return [...pixels.subarray(start, start + 3)];
      };
      // All shapes but two have their centre inside.
      if (shape !== 'ring' && shape !== 'crescent') expect(at(x, y)).toEqual(shapeColours[colour]);
      // The corners are background, between its two ends.
      const outside = [at(0, 0), at(0.99, 0), at(0, 0.99), at(0.99, 0.99)].filter((corner) =>
        corner.some((value, i) => {
          const ends = [background.from[i]!, background.to[i]!];
          return value < Math.floor(Math.min(...ends)) || value > Math.ceil(Math.max(...ends));
        }),
      );
      expect(outside).toEqual([]);
    }
  });

  test('the covered area is that of the shape: closed forms', async () => {
    const dataset = await open({ count: 40, shapes: ['circle', 'square', 'ring', 'cross'] }, 128, 4);
    const areaOf = {
      circle: Math.PI * 0.9 ** 2,
      square: (2 * 0.7) ** 2,
      ring: Math.PI * (0.95 ** 2 - 0.45 ** 2),
      cross: 4 * (2 * 0.95 * 0.3 - 0.3 ** 2),
    };
    for (const index of range(40)) {
      const { shape, size } = dataset.factorsOf(index);
      const pixels = await dataset.read([index]);
      let area = 0;
      for (let i = 3; i < pixels.length; i += 4) area += pixels[i]! / 255;
      const expected = areaOf[shape as keyof typeof areaOf] * (size * 128) ** 2;
      expect(Math.abs(area / expected - 1)).toBeLessThan(0.01);
    }
  });

  test('edges are smooth: coverage between 0 and 1 on the outline, and only there', async () => {
    const dataset = await open({ count: 10 }, 64, 4);
    for (const index of range(10)) {
      const alpha = (await dataset.read([index])).filter((_, i) => i % 4 === 3);
      const soft = alpha.filter((value) => value > 0 && value < 255).length;
      expect(soft).toBeGreaterThan(30);
      expect(soft / alpha.length).toBeLessThan(0.15);
    }
  });

  test('factors are spread over their ranges and independent of the class', async () => {
    const dataset = await open({ count: 4000 });
    const factors = range(4000).map((index) => dataset.factorsOf(index));
    for (const colour of Object.keys(shapeColours)) {
      const share = factors.filter((one) => one.colour === colour).length / 4000;
      expect(Math.abs(share - 1 / 8)).toBeLessThan(0.025);
      const ofStars = factors.filter((one) => one.shape === 'star');
      expect(
        Math.abs(ofStars.filter((one) => one.colour === colour).length / ofStars.length - 1 / 8),
      ).toBeLessThan(0.07);
    }
    const mean = (values: number[]): number => values.reduce((a, b) => a + b) / values.length;
    expect(mean(factors.map(({ x }) => x))).toBeCloseTo(0.5, 2);
    expect(mean(factors.map(({ rotation }) => rotation))).toBeCloseTo(0, 1);
    expect(factors.every(({ size, x, y }) => Math.min(x, y, 1 - x, 1 - y) - size > -0.001)).toBe(true);
  });

  test('in grey, shapes stand out from their background', async () => {
    const dataset = await open({ count: 200 }, 32, 1);
    for (const index of range(200)) {
      const pixels = await dataset.read([index]);
      expect(Math.max(...pixels) - pixels[0]!).toBeGreaterThan(30);
    }
  });

  test('options that make no sense are refused', () => {
    expect(shapes.options.safeParse({ shapes: ['star', 'star'] }).success).toBe(false);
    expect(shapes.options.safeParse({ shapes: [] }).success).toBe(false);
    expect(shapes.options.safeParse({ count: 0 }).success).toBe(false);
  });

  test('a closed dataset says so', async () => {
    const dataset = await open();
    await dataset.close();
    await expect(dataset.read([0])).rejects.toMatchObject({ code: 'DATASET_CLOSED' });
  });
});
