import { RandomStream, sidesOf, type FeatureExtractor } from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';
import { expectAllclose } from '../allclose.js';
import { expectNoLeak } from '../leak.js';
import type { Subject } from '../subject.js';
import type { NetworkSize } from './network.js';

/** What metrics rely on in a feature extractor: one feature for each image, and a manifest that says how. */
export function featureExtractorContract(
  subject: Subject<FeatureExtractor>,
  size: Omit<NetworkSize, 'classes'> = { resolution: 32, channels: 3 },
): void {
  describe(`${subject.name}: the feature extractor contract`, () => {
    const { height, width } = sidesOf(size.resolution);
    const shape: [number, number, number, number] = [3, height, width, size.channels];
    let extractor: FeatureExtractor;
    let images: tf.Tensor4D;

    beforeAll(async () => {
      extractor = subject.create();
      await extractor.load();
      const random = RandomStream.create(2, 'images');
      const pixels = random.uniforms(shape.reduce((a, b) => a * b, 1));
      images = tf.tensor4d(
        pixels.map((u) => 2 * u - 1),
        shape,
      );
    });

    afterAll(() => {
      images.dispose();
      extractor.dispose();
    });

    test('gives finite features of the sizes that it announces', () => {
      tf.tidy(() => {
        const { features, logits, spatial } = extractor.extract(images);
        expect(features.shape).toEqual([3, extractor.featureSize]);
        expect(features.dataSync().every(Number.isFinite)).toBe(true);
        expect(logits?.shape).toEqual(
          extractor.logitSize === undefined ? undefined : [3, extractor.logitSize],
        );
        expect(spatial?.shape).toEqual(
          extractor.spatialSize === undefined ? undefined : [3, extractor.spatialSize],
        );
      });
    });

    test('judges each image by itself, and repeats', () => {
      tf.tidy(() => {
        const { features } = extractor.extract(images);
        expect(extractor.extract(images).features.dataSync()).toEqual(features.dataSync());
        const alone = extractor.extract(images.slice([1], [1])).features;
        expectAllclose(alone, features.slice([1], [1]), { rtol: 1e-3, atol: 1e-4 });
        const rows = features.arraySync();
        expect(rows[0]).not.toEqual(rows[1]);
      });
    });

    test('its manifest says something and survives JSON', () => {
      expect(Object.keys(extractor.manifest).length).toBeGreaterThan(0);
      expect(JSON.parse(JSON.stringify(extractor.manifest))).toEqual(extractor.manifest);
    });

    test('leaks nothing', () => {
      expectNoLeak(() => extractor.extract(images));
    });
  });
}
