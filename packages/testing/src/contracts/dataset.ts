import { sidesOf, type Dataset, type DatasetOpenContext, type DatasetSource } from '@ganymede/core';
import type { Subject } from '../subject.js';

/**
 * What loaders rely on in a dataset. The source should find at least two images.
 * @param context - as the trainer would open it; the cache folder should be a temporary one
 */
export function datasetContract(subject: Subject<DatasetSource>, context: DatasetOpenContext): void {
  describe(`${subject.name}: the dataset contract`, () => {
    let dataset: Dataset;

    beforeAll(async () => {
      dataset = await subject.create().open(context);
    });

    afterAll(async () => {
      await dataset.close();
    });

    test('describes its images and classes', () => {
      const { height, width, channels } = dataset.imageShape;
      expect({ height, width }).toEqual(sidesOf(context.resolution));
      expect(channels).toBe(context.channels);
      expect(dataset.name.length).toBeGreaterThan(0);
      expect(dataset.length).toBeGreaterThan(1);
      expect(dataset.classes.length).toBeGreaterThan(0);
      expect(new Set(dataset.classes).size).toBe(dataset.classes.length);
      expect(Array.isArray(dataset.report.skipped)).toBe(true);
    });

    test('labels every image with an index into its classes', () => {
      const labels = dataset.labels();
      expect(labels).toBeInstanceOf(Int32Array);
      expect(labels).toHaveLength(dataset.length);
      expect(labels.every((label) => label >= 0 && label < dataset.classes.length)).toBe(true);
    });

    test('reads images as bytes in the order that was asked', async () => {
      const { height, width, channels } = dataset.imageShape;
      const size = height * width * channels;
      const last = dataset.length - 1;
      const images = await dataset.read([last, 0, last]);
      expect(images).toBeInstanceOf(Uint8Array);
      expect(images).toHaveLength(3 * size);
      expect(images.slice(2 * size)).toEqual(images.slice(0, size));
      expect(images.slice(size, 2 * size)).toEqual((await dataset.read([0])).slice());
      expect(await dataset.read([])).toHaveLength(0);
    });

    test('hands out bytes that the caller may overwrite', async () => {
      const first = await dataset.read([0]);
      const kept = first.slice();
      first.fill(0).fill(255, 0, 1);
      expect((await dataset.read([0])).slice()).toEqual(kept);
    });

    test.each([-1, 0.5, Number.NaN, 'length'] as const)(
      'refuses index %s with a coded error',
      async (index) => {
        const bad = index === 'length' ? dataset.length : index;
        await expect((async () => dataset.read([bad]))()).rejects.toMatchObject({ code: expect.any(String) });
      },
    );

    test('opened again, it is the same', async () => {
      const again = await subject.create().open(context);
      expect(again.fingerprint).toBe(dataset.fingerprint);
      expect(again.fingerprint.length).toBeGreaterThan(7);
      expect(again.classes).toEqual(dataset.classes);
      expect(again.labels()).toEqual(dataset.labels());
      expect((await again.read([0, 1])).slice()).toEqual((await dataset.read([0, 1])).slice());
      await again.close();
    });
  });
}
