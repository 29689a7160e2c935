/**
 * Compares tensors by name and keeps a line for each: the largest absolute difference, and what it is measured by.
 */
export class Comparison {
  failures = 0;

  constructor(print) {
    this.print = print;
  }

  line(name, difference, scale, bound, worst = '') {
    const passed = difference <= bound;
    if (!passed) this.failures++;
    const relative = scale === 0 ? 0 : difference / scale;
    this.print(
      `${passed ? 'ok  ' : 'FAIL'} ${name.padEnd(44)} |d| ${difference.toExponential(2)}  relative ${relative.toExponential(2)}  bound ${bound.toExponential(1)}${worst}`,
    );
  }

  /** Every entry within `tolerance` of the reference's largest entry. */
  tensor(name, ours, theirs, tolerance) {
    const scale = largest(theirs);
    this.line(name, largestDifference(name, ours, theirs), scale, tolerance * scale);
  }

  /** Every gradient within 1e-3 of its largest entry plus 1e-6 of the network's: below that is rounding noise. */
  gradients(network, ours, theirs) {
    for (const { name, difference, scale, bound } of gradientDifferences(network, ours, theirs))
      this.line(`gradient ${network}.${name}`, difference, scale, bound);
  }

  /** Whether {@link gradients} would find all within their bounds. */
  gradientsFit(ours, theirs) {
    return gradientDifferences('', ours, theirs).every(({ difference, bound }) => difference <= bound);
  }

  /** What {@link gradients} allows, by name. */
  bounds(theirs) {
    return Object.fromEntries(
      gradientDifferences('', theirs, theirs).map(({ name, bound }) => [name, bound]),
    );
  }

  /** Says which gradients are out of bounds as they are, and within them across edges. */
  edges(network, ours, theirs, repetitions) {
    const off = gradientDifferences(network, ours, theirs).filter(
      ({ difference, bound }) => difference > bound,
    );
    this.print(
      `edge ${network}: ${off.length} of ${Object.keys(theirs).length} gradients differ by ReLUs whose input is zero to rounding, as ${repetitions} repetitions within rounding show`,
    );
    for (const { name, difference, scale } of off)
      this.print(
        `edge gradient ${network}.${name}  |d| ${difference.toExponential(2)}  relative ${(difference / scale).toExponential(2)}`,
      );
  }

  /**
   * The changes of a network's parameters in one step, which differ as the parameters after it do: at least 99 % of the
   * entries within a hundredth of the learning rate. Adam's first step with beta1 = 0 is the sign of the gradient, so
   * that entries of rounding noise (below 1e-6 of the network's largest gradient, as a bias before batch norm has them)
   * go either way: they are counted apart.
   *
   * @param gradients - that the reference's step was given
   */
  changes(network, ours, theirs, learningRate, gradients) {
    const noise = noiseOf(gradients);
    let off = 0;
    let offByNoise = 0;
    let count = 0;
    let worst = 0;
    for (const [name, reference] of Object.entries(theirs)) {
      if (!ours[name]) throw new Error(`${network}: expected a parameter ${name}, got none`);
      let difference = 0;
      for (let i = 0; i < reference.length; i++) {
        const d = Math.abs(ours[name][i] - reference[i]);
        difference = Math.max(difference, d);
        if (d <= learningRate / 100) continue;
        if (Math.abs(gradients[name][i]) <= noise && d <= 2.01 * learningRate) offByNoise++;
        else off++;
      }
      count += reference.length;
      worst = Math.max(worst, difference);
      this.print(
        `     change   ${network}.${name.padEnd(38)} |d| ${difference.toExponential(2)}  in learning rates ${(difference / learningRate).toExponential(2)}`,
      );
    }
    const share = off / count;
    this.line(
      `${network}: share of changes off by lr / 100`,
      share,
      1,
      0.01,
      `  largest |d| ${worst.toExponential(2)}, and ${offByNoise} of ${count} where the gradient is rounding noise`,
    );
  }
}

function gradientDifferences(network, ours, theirs) {
  const noise = noiseOf(theirs);
  return Object.entries(theirs).map(([name, reference]) => {
    const got = ours[name];
    if (!got) throw new Error(`${network}: expected a gradient of ${name}, got none`);
    const scale = largest(reference);
    const difference = largestDifference(name, got, reference);
    return { name, difference, scale, bound: 1e-3 * scale + noise };
  });
}

/** Below this a gradient is rounding noise: 1e-6 of the largest entry of the network. */
function noiseOf(gradients) {
  return 1e-6 * Math.max(...Object.values(gradients).map(largest));
}

function largest(values) {
  let found = 0;
  for (const value of values) found = Math.max(found, Math.abs(value));
  return found;
}

/** NaN is a difference without bound. */
function largestDifference(name, a, b) {
  if (a.length !== b.length) throw new Error(`${name}: expected ${b.length} values, got ${a.length}`);
  let found = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    if (!(difference <= found)) found = Number.isNaN(difference) ? Infinity : difference;
  }
  return found;
}
