import * as tf from '@tensorflow/tfjs';
import { evaluationCall, RandomStream, trainingCall, type CallContext } from '@ganymede/core';
import { normal } from '@ganymede/ops';
import { expectAllclose, inLockstep } from '@ganymede/testing';
import { BatchNorm, ConditionalBatchNorm } from './batch-norm.js';
import { resetStandingStatistics } from './batch-statistics.js';
import { Linear } from './linear.js';

const random = RandomStream.create(3, 'batch-norm');
const batch = (): tf.Tensor4D =>
  tf.tensor4d(
    random.normals(48).map((v) => 2 * v + 1),
    [4, 2, 3, 2],
  );
const momentsOf = (x: tf.Tensor): { mean: tf.Tensor; variance: tf.Tensor } => tf.moments(x, [0, 1, 2]);
const still: CallContext = { ...trainingCall, updateState: false };

beforeAll(() => tf.setBackend('cpu'));

describe('BatchNorm', () => {
  test('running averages follow torch: momentum 0.1, unbiased variance', () => {
    tf.tidy(() => {
      const layer = new BatchNorm(2);
      const x = batch();
      layer.call(x, trainingCall);
      const { mean, variance } = momentsOf(x);
      expectAllclose(layer.state.mean!, tf.mul(mean, 0.1), { rtol: 1e-4 });
      expectAllclose(layer.state.variance!, tf.add(0.9, tf.mul(variance, (0.1 * 24) / 23)), { rtol: 1e-4 });
    });
  });

  test('with running statistics every sample is normalized by itself', () => {
    tf.tidy(() => {
      const layer = new BatchNorm(2, { epsilon: 0.5 });
      layer.state.mean!.assign(tf.tensor1d([1, -1]));
      layer.state.variance!.assign(tf.tensor1d([3.5, 0.5]));
      layer.weights.gain!.assign(tf.tensor1d([2, 1]));
      layer.weights.bias!.assign(tf.tensor1d([0, 5]));
      const values = layer.call(tf.tensor4d([3, 1, 1, -1], [2, 1, 1, 2]), evaluationCall);
      expectAllclose(tf.reshape(values, [-1]), [2, 7, 0, 5]);
    });
  });

  test('standing statistics are the mean of the moments of the batches', () => {
    tf.tidy(() => {
      const layer = new BatchNorm(2);
      const network = { children: { norm: layer } };
      const batches = [batch(), batch(), batch()];
      const before = ['mean', 'variance'].map((name) => layer.state[name]!.dataSync().slice());
      // Twice, so that what a first accumulation left would show.
      for (let round = 0; round < 2; round++) {
        resetStandingStatistics(network);
        for (const x of batches) layer.call(x, { ...still, accumulateStanding: true });
        expectAllclose(layer.state.standingCount!, [3]);
      }
      const average = (name: 'mean' | 'variance'): tf.Tensor =>
        tf.mean(tf.stack(batches.map((x) => momentsOf(x)[name])), 0);
      const x = batch();
      expectAllclose(
        layer.call(x, { statistics: 'standing', updateState: false }),
        tf.div(tf.sub(x, average('mean')), tf.sqrt(tf.add(average('variance'), 1e-5))),
        { atol: 1e-5 },
      );
      expect(['mean', 'variance'].map((name) => layer.state[name]!.dataSync())).toEqual(before);
    });
  });

  test('nothing moves without updateState', () => {
    tf.tidy(() => {
      const layer = new BatchNorm(2);
      layer.call(batch(), still);
      expectAllclose(layer.state.mean!, [0, 0]);
      expectAllclose(layer.state.variance!, [1, 1]);
      expectAllclose(layer.state.standingCount!, [0]);
    });
  });
});

describe('BatchNorm over replicas', () => {
  test('running and standing averages are those of one process with the whole batch', () => {
    tf.tidy(() => {
      const parts = [batch(), tf.mul(batch(), 3) as tf.Tensor4D];
      const ctx: CallContext = { ...trainingCall, accumulateStanding: true };
      const names = ['mean', 'variance', 'standingMean', 'standingVariance'] as const;
      const run = (x: tf.Tensor4D, replicas?: CallContext['replicas']): tf.Tensor[] => {
        const layer = new BatchNorm(2);
        const value = layer.call(x, { ...ctx, ...(replicas && { replicas }) });
        return [value, ...names.map((name) => tf.clone(layer.state[name]!))];
      };
      const whole = run(tf.concat(parts, 0));
      const found = inLockstep(2, (index, replicas) => run(parts[index]!, replicas));
      expectAllclose(
        tf.concat(
          found.map(([value]) => value!),
          0,
        ),
        whole[0]!,
        { atol: 1e-5 },
      );
      for (const [, ...averages] of found) {
        averages.forEach((average, i) => expectAllclose(average, whole[i + 1]!, { rtol: 1e-4, atol: 1e-5 }));
      }
    });
  });
});

describe('BatchNorm over groups of replicas', () => {
  const parts = tf.tidy(() => [0, 1, 2, 3].map((i) => tf.add(tf.mul(batch(), 1 + i), i) as tf.Tensor4D));
  const ctx: CallContext = { ...trainingCall, accumulateStanding: true };
  const names = ['mean', 'variance', 'standingMean', 'standingVariance', 'standingCount'] as const;
  const run = (x: tf.Tensor4D, replicas?: CallContext['replicas']): tf.Tensor[] => {
    const layer = new BatchNorm(2);
    const value = layer.call(x, { ...ctx, ...(replicas && { replicas }) });
    return [value, ...names.map((name) => tf.clone(layer.state[name]!))];
  };

  test.each([1, 2])(
    'of %i: values by its own statistics, averages by those of all groups, the same in all',
    (size) => {
      tf.tidy(() => {
        const groups = Array.from({ length: 4 / size }, (_, i) =>
          run(tf.concat(parts.slice(i * size, (i + 1) * size), 0)),
        );
        const found = inLockstep(4, (index, replicas) => run(parts[index]!, replicas.grouped(size)));
        expectAllclose(
          tf.concat(
            found.map(([value]) => value!),
            0,
          ),
          tf.concat(
            groups.map(([value]) => value!),
            0,
          ),
          { atol: 1e-5 },
        );
        names.forEach((_, i) => {
          const own = found.map((one) => one[i + 1]!);
          for (const one of own) expectAllclose(one, own[0]!, { atol: 0 });
          expectAllclose(own[0]!, tf.mean(tf.stack(groups.map((one) => one[i + 1]!)), 0), {
            rtol: 1e-4,
            atol: 1e-5,
          });
        });
      });
    },
  );

  test('a group of all is what all are', () => {
    tf.tidy(() => {
      const all = inLockstep(4, (index, replicas) => run(parts[index]!, replicas));
      const grouped = inLockstep(4, (index, replicas) => run(parts[index]!, replicas.grouped(4)));
      grouped.flat().forEach((one, i) => expectAllclose(one, all.flat()[i]!, { rtol: 1e-5, atol: 1e-6 }));
    });
  });
});

describe('ConditionalBatchNorm', () => {
  const layer = new ConditionalBatchNorm(2, (channels) => {
    return new Linear(3, channels, { initialize: normal(1), spectralNorm: null, random }, { bias: false });
  });

  test('scales each sample by 1 + gain(condition) and shifts it by bias(condition)', () => {
    tf.tidy(() => {
      const x = batch();
      const condition = tf.tensor2d(random.normals(12), [4, 3]);
      const { mean, variance } = momentsOf(x);
      const normalized = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)));
      const of = (part: 'gain' | 'bias'): tf.Tensor =>
        tf.reshape(tf.matMul(condition, layer.children[part].weights!.weight as tf.Tensor2D), [4, 1, 1, 2]);
      const expected = tf.add(tf.mul(normalized, tf.add(1, of('gain'))), of('bias'));
      expectAllclose(layer.call(x, { ...still, condition }), expected, { atol: 1e-5 });
    });
  });

  test('says that it lacks a condition', () => {
    expect(() => layer.call(batch(), still)).toThrow('expected ctx.condition [B, size], got none');
  });
});
