import { expectAllclose } from '@ganymede/testing';
import { factorize, spectralNormOf, type EnteredWeight } from './factorize.js';

const table = (rows: number, columns: number, value: (i: number, j: number) => number): Float64Array =>
  Float64Array.from({ length: rows * columns }, (_, at) => value(Math.floor(at / columns), at % columns));

const first = table(4, 6, (i, j) => Math.sin(3 * i + 5 * j) + 0.3 * Math.cos(i * j));
const weights: EnteredWeight[] = [
  { name: 'a', rows: first, outputs: 6 },
  { name: 'b', rows: table(4, 3, (i, j) => 0.7 * Math.cos(2 * i - 3 * j)), outputs: 3 },
];

/** numpy 2: eigh(a a^T + b b^T), largest first, signs as here. */
const eigenvalues = [11.978613902124078, 4.529401483337455, 0.3902159946327931, 0.2662076396318714];
const vectors = [
  [-0.4403282543018071, 0.5664517459973871, -0.5391165603619065, 0.4411312528755832],
  [0.662221351565715, -0.26817259010869415, -0.3089878891335845, 0.6277522025557885],
  [0.10699921211514257, 0.4524591439491434, 0.759829916330137, 0.4544121366263057],
  [0.5967621625075937, 0.6344262009309787, -0.19114998551413906, -0.45259253198599125],
];

test('numpy’s eigenvectors of weights that are stacked', () => {
  const found = factorize(weights, 4);
  expectAllclose(
    found.map((one) => one.eigenvalue),
    eigenvalues,
    { rtol: 1e-12 },
  );
  found.forEach(({ vector }, i) => expectAllclose(vector, vectors[i]!, { rtol: 1e-9, atol: 1e-12 }));
  expect(found.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
});

test('a step along a direction changes what the layers give by the root of its eigenvalue', () => {
  for (const { vector, eigenvalue } of factorize(weights, 4)) {
    let change = 0;
    for (const { rows, outputs } of weights)
      for (let k = 0; k < outputs; k++)
        change += vector.reduce((sum, value, i) => sum + value * rows[i * outputs + k]!, 0) ** 2;
    expect(change).toBeCloseTo(eigenvalue, 10);
  }
});

test('the scale of a single weight does not turn its directions', () => {
  const [one] = factorize(weights.slice(0, 1), 4);
  const [other] = factorize([{ ...weights[0]!, rows: first.map((value) => value / 7) }], 4);
  expectAllclose(other!.vector, one!.vector, { rtol: 1e-9, atol: 1e-12 });
});

test('the spectral norm, as numpy’s svd has it', () => {
  expect(spectralNormOf(first, 4, 6)).toBeCloseTo(3.4591565249952363, 12);
  expect(spectralNormOf(new Float64Array(6), 2, 3)).toBe(0);
});
