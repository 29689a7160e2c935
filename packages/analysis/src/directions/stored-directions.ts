import type { LatentDirection } from '@ganymede/generator-files';
import { unknownDirection } from '../errors.js';
import { newestAnalyses, storedAnalyses } from '../stored-analyses.js';
import type { DirectionsDetails } from './analyze-directions.js';

/**
 * The directions of z that `analyze directions` found in a run, of its newest step; none where it was never asked for.
 * @throws ANALYSIS_DAMAGED
 */
export async function directionsOf(run: string): Promise<readonly LatentDirection[]> {
  const found = newestAnalyses(await storedAnalyses(run)).find(
    ({ analysis }) => analysis.kind === 'directions',
  );
  if (!found) return [];
  const { directions } = found.analysis.details as DirectionsDetails;
  return directions.map(({ number, places, share, vector }) => ({
    name: `${number} of ${places.join(', ')}`,
    share,
    vector: [...vector],
  }));
}

/**
 * One of them by its name, `1 of linear`.
 * @throws UNKNOWN_DIRECTION, ANALYSIS_DAMAGED
 */
export async function directionNamed(run: string, name: string): Promise<LatentDirection> {
  const all = await directionsOf(run);
  const found = all.find((one) => one.name === name);
  if (!found)
    throw unknownDirection(
      run,
      name,
      all.map((one) => one.name),
    );
  return found;
}
