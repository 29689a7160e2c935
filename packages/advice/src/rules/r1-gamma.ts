import { sidesOf, type Resolution } from '@ganymede/core';

/**
 * Where to begin with gamma of R1: 0.0002 resolution^2 / batch (github:NVlabs/stylegan2-ada-pytorch, train.py, `auto`),
 * of images that are not square height times width. The penalty sums over pixels, so that it grows with their number; a
 * small batch is noisier and wants more of it.
 * @param batch - images of an optimizer step
 */
export function r1Gamma(resolution: Resolution, batch: number): number {
  const { height, width } = sidesOf(resolution);
  return Number(((0.0002 * height * width) / batch).toPrecision(2));
}

export const r1GammaFormula = '0.0002 x height x width / batch, StyleGAN2-ADA’s heuristic';
