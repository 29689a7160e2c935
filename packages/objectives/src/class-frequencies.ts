import { defineComponent, GanymedeError, type Objective, type ObjectiveSpec } from '@ganymede/core';
import { z } from 'zod';
import { expectClasses } from './head.js';

export const classFrequenciesOptions = z.strictObject({
  exponent: z
    .number()
    .min(-2)
    .max(2)
    .default(1)
    .describe('q: 1 as the data has them, 0.5 by the square root, 0 evenly, -1 the rare ones most'),
  beta: z
    .number()
    .min(0)
    .lt(1)
    .nullable()
    .default(null)
    .describe(
      'beta of the effective number of images, published 0.9 to 0.9999; null counts images as they are',
    ),
});

/**
 * Labels of generated images in training by how many images n_y of its class the data has (arXiv:1910.09217, equation 1),
 *
 *     p(y) ~ m_y^q,    m_y = n_y, or with beta the effective number (1 - beta^n_y) / (1 - beta) of arXiv:1901.05555
 *
 * where a class without images is never drawn. Without this objective labels are uniform, while D's real images come as the
 * data has them; with q = 1 both come alike. q = -1 with beta are that paper's weights of classes.
 */
export class ClassFrequencies implements Objective {
  private readonly options: z.output<typeof classFrequenciesOptions>;

  constructor(options: z.input<typeof classFrequenciesOptions> = {}) {
    this.options = classFrequenciesOptions.parse(options);
  }

  /** @throws OBJECTIVE_NEEDS_CLASSES, OBJECTIVE_NEEDS_COUNTS */
  create(spec: ObjectiveSpec): ReturnType<Objective['create']> {
    expectClasses('class-frequencies', spec);
    const bounds = sumsOf(classProbabilities(expectCounts(spec), this.options));
    const total = bounds.at(-1)!;
    return {
      labels: (count, random) =>
        Int32Array.from({ length: count }, () => {
          const point = random.nextUniform() * total;
          return bounds.findIndex((bound) => point < bound);
        }),
    };
  }
}

/** @param counts - images of each class, one of them above 0 */
export function classProbabilities(
  counts: readonly number[],
  options: z.input<typeof classFrequenciesOptions> = {},
): readonly number[] {
  const { exponent, beta } = classFrequenciesOptions.parse(options);
  const weights = counts.map((n) =>
    n === 0 ? 0 : (beta === null ? n : effectiveNumber(n, beta)) ** exponent,
  );
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

/** (1 - beta^n) / (1 - beta), which keeps its digits where beta is near 1. */
function effectiveNumber(n: number, beta: number): number {
  return -Math.expm1(n * Math.log(beta)) / (1 - beta);
}

/** The sum of the first, of the first two, and so on. */
function sumsOf(values: readonly number[]): readonly number[] {
  let sum = 0;
  return values.map((value) => (sum += value));
}

function expectCounts({ classCounts }: ObjectiveSpec): readonly number[] {
  if (classCounts?.some((count) => count > 0)) return classCounts;
  throw new GanymedeError(
    'OBJECTIVE_NEEDS_COUNTS',
    'objective class-frequencies: expected the number of images of each class, got none',
    { kind: 'usage', hint: 'Give the trainer `classCounts`: a run counts them in its data.' },
  );
}

export const classFrequencies = defineComponent({
  slot: 'objective',
  id: 'class-frequencies',
  summary: 'Labels of generated images follow how many images each class has, by a power.',
  cites: ['arXiv:1910.09217', 'arXiv:1901.05555'],
  options: classFrequenciesOptions,
  create: (options) => new ClassFrequencies(options),
});
