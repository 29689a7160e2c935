/** One line a step, so that a reader of the log sees what happens, how long it took and what went wrong. @param {string} text */
export function reportStep(text) {
  process.stdout.write(`- ${text}\n`);
}

/** Seconds since `startMs` (from performance.now()), for the end of a step's line. @param {number} startMs */
export function secondsSince(startMs) {
  return `${((performance.now() - startMs) / 1000).toFixed(1)} s`;
}
