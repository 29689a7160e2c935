/** What every tool of the lab is told about its hosts. */

export const hostFlags = /** @type {const} */ ({
  /** Labs of different numbers can be at work at the same time. */
  lab: { type: 'string', default: '0' },
  /** A wire in place of the bridge, where one of these is given. */
  delay: { type: 'string' },
  jitter: { type: 'string' },
  loss: { type: 'string' },
  seed: { type: 'string', default: '1' },
});

/**
 * @param {Readonly<Partial<Record<'lab' | 'delay' | 'jitter' | 'loss' | 'seed', string | undefined>>>} values
 * @returns {{ lab: number, wire: import('./wire.mjs').WireOptions | null }}
 */
export function hostOptions({ lab = '0', delay, jitter, loss, seed = '1' }) {
  const isWire = [delay, jitter, loss].some((one) => one !== undefined);
  const number = (/** @type {string | undefined} */ text) => Number(text ?? 0);
  const wire = { delay: number(delay), jitter: number(jitter), loss: number(loss), seed: Number(seed) };
  return { lab: Number(lab), wire: isWire ? wire : null };
}
