import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Matrix } from '../src/feature-checks.js';
import { parseSafetensors } from '@ganymede/safetensors';

export interface Expected {
  readonly fid: number;
  readonly kid_unbiased_full_set_poly3: number;
  readonly inception_score_10_splits: {
    readonly mean: number;
    readonly std: number;
    readonly splits: readonly number[];
  };
  readonly prdc_k5_real_a_fake_b: Readonly<Record<'precision' | 'recall' | 'density' | 'coverage', number>>;
}

type Name = 'features_a' | 'features_b' | 'logits';

/** The fixture's matrices. */
export function readFixture(): Readonly<Record<Name, Matrix>> & { readonly expected: Expected } {
  const { tensors } = parseSafetensors(readFileSync(join(__dirname, 'features.safetensors')));
  const matrix = (name: Name): Matrix => {
    const { shape, data } = tensors[name]!;
    return { values: data as Float32Array, count: shape[0]!, size: shape[1]! };
  };
  const expected = JSON.parse(readFileSync(join(__dirname, 'expected.json'), 'utf8')) as Expected;
  return {
    features_a: matrix('features_a'),
    features_b: matrix('features_b'),
    logits: matrix('logits'),
    expected,
  };
}

/** A matrix of standard normals in float32. */
export function randomMatrix(count: number, size: number, normals: (length: number) => Float32Array): Matrix {
  return { values: normals(count * size), count, size };
}
