import type { AverageManifest, ChosenAverage } from '@ganymede/toolkit';
import { alignedLines } from './aligned-lines.js';
import { formatNumber } from './format.js';

/** A rebuilt average in one line. */
export function averageLine({ step, sigmaRel, gamma, residual, snapshots }: AverageManifest): string {
  return `sigma_rel ${formatNumber(sigmaRel)}, gamma ${formatNumber(gamma)}, step ${step}: from ${snapshots} snapshots, residual ${formatNumber(residual)}`;
}

/** A row for each length, the best one marked. */
export function averageTable({ measured, best }: ChosenAverage): readonly string[] {
  const numbers = Object.keys(best.evaluation.numbers);
  const heads = ['sigma_rel', 'gamma', 'residual', ...numbers, ''];
  const cells = measured.map((one) => [
    formatNumber(one.manifest.sigmaRel),
    formatNumber(one.manifest.gamma),
    formatNumber(one.manifest.residual),
    ...numbers.map((number) => formatNumber(one.evaluation.numbers[number]!)),
    one === best ? 'best' : '',
  ]);
  return alignedLines(heads, cells, 0);
}
