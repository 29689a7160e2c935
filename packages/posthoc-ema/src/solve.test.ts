import { gammaOf } from '@ganymede/trainer';
import { innerProduct, type Profile } from './profile.js';
import { combine } from './solve.js';

/** Both profiles that are usually tracked, in a snapshot every `every` updates. */
const tracked = (snapshots: number, every = 1000): Profile[] =>
  Array.from({ length: snapshots }, (_, i) => (i + 1) * every).flatMap((t) =>
    [0.05, 0.1].map((sigmaRel) => ({ t, gamma: gammaOf(sigmaRel) })),
  );

// Of edm2's phema.py with numpy 2.4: power_function_correlation(t, std, t, std).
test.each([
  [[10, 0.05], [7, 0.1], 0.0013454842196562163],
  [[7, 0.1], [10, 0.05], 0.0013454842196562152],
  [[4, 0.1], [4, 0.05], 1.4316783118848264],
] as [[number, number], [number, number], number][])(
  'inner product of %p and %p',
  ([t, a], [u, b], golden) => {
    const product = innerProduct({ t, gamma: gammaOf(a) }, { t: u, gamma: gammaOf(b) });
    expect(Math.abs(product / golden - 1)).toBeLessThan(1e-12);
  },
);

test('an inner product is the integral of the profiles', () => {
  const [a, b] = [
    { t: 10, gamma: 3.5 },
    { t: 7, gamma: 2 },
  ];
  const at = ({ t, gamma }: Profile, tau: number): number =>
    tau > t ? 0 : ((gamma + 1) * tau ** gamma) / t ** (gamma + 1);
  const pieces = 100_000;
  let integral = 0;
  for (let i = 0; i < pieces; i++) {
    const tau = (7 * (i + 0.5)) / pieces;
    integral += (at(a, tau) * at(b, tau) * 7) / pieces;
  }
  expect(Math.abs(innerProduct(a, b) / integral - 1)).toBeLessThan(1e-6);
});

// Of edm2's phema.py: solve_posthoc_coefficients over four snapshots of 1000 to 4000, for 4000.
test.each([
  [
    0.03,
    [
      -2.976690981675573e-15, 1.7184608652568506e-12, -1.714104822350581e-7, 5.591345379209385e-6,
      -0.011688932260618252, 0.12350327365081973, 2.1011045520605633, -1.2129243133873773,
    ],
  ],
  [
    0.07,
    [
      1.8701727360587967e-8, -4.59398707515973e-7, 8.350739349474406e-5, -0.0005680480605871159,
      0.010685739328585095, -0.04392123564681015, 0.43456714018574216, 0.5991533374965553,
    ],
  ],
  [
    0.2,
    [
      -0.007879761217420714, 0.02185781385359748, -0.05542667539792768, 0.13991510692741463,
      -0.1592812240343981, 0.37647668846880705, -0.3141807727097294, 0.9985188241096568,
    ],
  ],
])('the coefficients of sigma_rel %d are those of edm2', (sigmaRel, golden) => {
  const { coefficients } = combine(tracked(4), { t: 4000, gamma: gammaOf(sigmaRel) });
  coefficients.forEach((value, i) => expect(Math.abs(value - golden[i]!)).toBeLessThan(1e-12));
});

// The distance of profiles, |p - sum c_i p_i| / |p|, from the same functions: the table of docs/ema.md.
test.each([
  [4, [0.1734, 0.0361, 0.1057, 0.2226, 0.394]],
  [8, [0.1009, 0.0135, 0.0333, 0.0779, 0.1817]],
  [16, [0.0386, 0.0038, 0.009, 0.0233, 0.0793]],
  [64, [0.0029, 0.0002, 0.0006, 0.0017, 0.0146]],
])('%i snapshots give lengths from 0.03 to 0.25 with residuals of %p', (snapshots, golden) => {
  [0.03, 0.07, 0.15, 0.2, 0.25].forEach((sigmaRel, i) => {
    const combined = combine(tracked(snapshots, 100), { t: snapshots * 100, gamma: gammaOf(sigmaRel) });
    expect(combined.residual).toBeCloseTo(golden[i]!, 4);
    expect(combined.coefficients.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  });
});

// The norm of the coefficients, from the same functions.
test.each([
  [4, 0.15, 1.17],
  [8, 0.03, 2.97],
  [16, 0.02, 8.99],
  [64, 0.07, 0.91],
])('with %i snapshots rounding grows at sigma_rel %d by %d', (snapshots, sigmaRel, amplification) => {
  const combined = combine(tracked(snapshots, 100), { t: snapshots * 100, gamma: gammaOf(sigmaRel) });
  expect(combined.amplification).toBeCloseTo(amplification, 2);
});

test.each([
  [4, 2.7e1],
  [32, 1e4],
  [128, 2.8e6],
])('the condition of %i snapshots is of the order of %d', (snapshots, golden) => {
  const { condition } = combine(tracked(snapshots, 100), { t: snapshots * 100, gamma: gammaOf(0.07) });
  expect(condition / golden).toBeGreaterThan(0.5);
  expect(condition / golden).toBeLessThan(2);
});

test('what is tracked is itself, and nothing else', () => {
  const known = tracked(20);
  for (const i of [38, 39]) {
    const { coefficients, residual, amplification } = combine(known, known[i]!);
    coefficients.forEach((value, j) => expect(Math.abs(value - (i === j ? 1 : 0))).toBeLessThan(1e-9));
    expect(residual).toBeLessThan(1e-7);
    expect(amplification).toBeCloseTo(1, 9);
  }
});

test('profiles that are one cannot be told apart', () => {
  const known = [...tracked(3), ...tracked(3)];
  expect(() => combine(known, { t: 3000, gamma: 5 })).toThrow(
    expect.objectContaining({ code: 'ILL_CONDITIONED' }),
  );
});
