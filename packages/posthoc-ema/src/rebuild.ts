import { readSafetensors, type HostTensor } from '@ganymede/checkpoints';
import { tooFewSnapshots } from './errors.js';
import type { AverageLength } from './length.js';
import type { KeptAverage } from './snapshots.js';
import { combine, type Combination } from './solve.js';

/** Beyond it the snapshots do not hold the average: the distance of profiles is that of averages of a random walk. */
const largestResidual = 0.3;

/** A rebuilt average is this much of rounding away from the exact one, or less: then its term is left out. */
const negligible = 2 ** -26;

/** What an average is rebuilt of. */
export interface Plan extends Omit<Combination, 'coefficients'>, AverageLength {
  readonly step: number;
  /** Updates of the average at that step. */
  readonly t: number;
  /** Those whose factor is not negligible. */
  readonly terms: readonly { readonly average: KeptAverage; readonly coefficient: number }[];
  /** Snapshots that were there, whatever their factor. */
  readonly snapshots: number;
}

/** A plan carried out. */
export interface RebuiltAverage extends Plan {
  readonly tensors: Readonly<Record<string, HostTensor>>;
  /** Entries of variances that the sum made negative, and that are the least of the snapshots' instead. */
  readonly negativeVariances: number;
}

/**
 * How an average is rebuilt, and how exactly.
 * @param kept - up to the step that it ends at
 * @throws TOO_FEW_EMA_SNAPSHOTS, ILL_CONDITIONED
 */
export function planAverage(kept: readonly KeptAverage[], length: AverageLength): Plan {
  const { step, t } = kept.at(-1)!;
  const { coefficients, ...quality } = combine(kept, { t, gamma: length.gamma });
  const snapshots = new Set(kept.map((one) => one.step)).size;
  if (quality.residual > largestResidual) throw tooFewSnapshots(length.sigmaRel, snapshots, quality.residual);
  const terms = kept.flatMap((average, i) =>
    Math.abs(coefficients[i]!) > negligible ? [{ average, coefficient: coefficients[i]! }] : [],
  );
  return { ...length, ...quality, step, t, snapshots, terms };
}

/**
 * Adds up the snapshots of several plans, each file read once. Sums are kept in float64: coefficients of both signs cancel.
 * @returns in the order of the plans
 */
export async function rebuild(plans: readonly Plan[]): Promise<readonly RebuiltAverage[]> {
  const sums = plans.map(() => new Map<string, Sum>());
  const averages = new Map(plans.flatMap(({ terms }) => terms.map(({ average }) => [average.path, average])));
  for (const path of averages.keys()) {
    const tensors = Object.entries(await readSafetensors(path));
    plans.forEach(({ terms }, i) => {
      const coefficient = terms.find(({ average }) => average.path === path)?.coefficient;
      if (coefficient === undefined) return;
      for (const [name, tensor] of tensors) {
        const sum = sums[i]!.get(name) ?? new Sum(tensor.shape, isVariance(name));
        sums[i]!.set(name, sum);
        sum.add(tensor.data as Float32Array, coefficient);
      }
    });
  }
  return plans.map((plan, i) => {
    const rebuilt = [...sums[i]!].map(([name, sum]) => [name, sum.value()] as const);
    return {
      ...plan,
      tensors: Object.fromEntries(rebuilt.map(([name, { tensor }]) => [name, tensor])),
      negativeVariances: rebuilt.reduce((total, [, { mended }]) => total + mended, 0),
    };
  });
}

/** Running variances of batch norm: no sum of them may be negative, though coefficients are. */
const isVariance = (name: string): boolean => /variance$/i.test(name);

class Sum {
  private readonly values: Float64Array;
  private readonly least: Float32Array | null;

  constructor(
    private readonly shape: readonly number[],
    isVariance: boolean,
  ) {
    const size = shape.reduce((product, side) => product * side, 1);
    this.values = new Float64Array(size);
    this.least = isVariance ? new Float32Array(size).fill(Infinity) : null;
  }

  add(data: Float32Array, coefficient: number): void {
    const { values, least } = this;
    for (let i = 0; i < data.length; i++) {
      values[i]! += coefficient * data[i]!;
      if (least && data[i]! < least[i]!) least[i] = data[i]!;
    }
  }

  value(): { readonly tensor: HostTensor; readonly mended: number } {
    const data = Float32Array.from(this.values);
    let mended = 0;
    this.least?.forEach((least, i) => {
      if (data[i]! >= 0 || least < 0) return;
      data[i] = least;
      mended++;
    });
    return { tensor: { dtype: 'F32', shape: this.shape, data }, mended };
  }
}
