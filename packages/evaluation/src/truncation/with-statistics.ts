import type { HostTensor, HostTensors } from '@ganymede/checkpoints';
import { truncationDoesNotFit } from './errors.js';

/**
 * A generator whose running averages are the means of standing statistics (arXiv:1809.11096, section 3.1 and appendix
 * C.1), so that whoever samples it with running averages gets what was measured with standing ones.
 * @param standing - sums over batches and their number, by dotted name
 * @param path - of the file that they come from
 * @throws TRUNCATION_DOES_NOT_FIT
 */
export function withStatistics(generator: HostTensors, standing: HostTensors, path: string): HostTensors {
  const result: Record<string, HostTensor> = { ...generator };
  for (const [name, tensor] of Object.entries(standing)) {
    const own = generator[name];
    if (!own || own.shape.join() !== tensor.shape.join())
      throw truncationDoesNotFit(path, `${name} [${tensor.shape.join(', ')}]`);
    result[name] = tensor;
  }
  for (const name of Object.keys(standing).filter((name) => name.endsWith('standingCount'))) {
    const at = (part: string): string => name.slice(0, -'standingCount'.length) + part;
    const count = Number(standing[name]!.data[0]);
    const mean = (sums: HostTensor): HostTensor =>
      ({ ...sums, data: Float32Array.from(sums.data as Float32Array, (sum) => sum / count) }) as HostTensor;
    result[at('mean')] = mean(standing[at('standingMean')]!);
    result[at('variance')] = mean(standing[at('standingVariance')]!);
  }
  return result;
}
