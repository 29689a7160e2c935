/**
 * Seconds of work between two checkpoints that lose the least, to first order: sqrt(2 C M) (Young, 1974,
 * doi:10.1145/361147.361115), where a checkpoint takes C and failures come every M on average, C far below M.
 */
export const youngInterval = (checkpointSeconds: number, meanSecondsToFailure: number): number =>
  Math.sqrt(2 * checkpointSeconds * meanSecondsToFailure);

/**
 * The share of time that goes into work that stays, exact for failures that come at random, while a run starts again too (Daly, 2006,
 * doi:10.1016/j.future.2004.11.016): t / (M e^(R / M) (e^((t + C) / M) - 1)).
 * @param workSeconds - t, between two checkpoints
 * @param downSeconds - R, from a failure until the run works again
 */
export function expectedGoodput(
  workSeconds: number,
  checkpointSeconds: number,
  downSeconds: number,
  meanSecondsToFailure: number,
): number {
  const m = meanSecondsToFailure;
  return workSeconds / (m * Math.exp(downSeconds / m) * Math.expm1((workSeconds + checkpointSeconds) / m));
}
