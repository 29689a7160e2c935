import { sidesOf, type Resolution } from '@ganymede/core';
import type { MachineFacts } from '../machine-facts.js';
import type { Choice, Wishes } from './choice.js';
import { filledBy } from './resolution.js';

/** By resolution: the recipe for a processor and that for an accelerator. */
const recipes: Readonly<Record<number, readonly [processor: string, accelerator: string]>> = {
  32: ['cifar10-small', 'cifar10'],
  64: ['biggan-64-small', 'biggan-64'],
  128: ['biggan-128-ch64', 'biggan-128-ch64'],
  256: ['biggan-256', 'biggan-256'],
  512: ['biggan-512', 'biggan-512'],
};

/** The preset that the config starts from. */
export function chooseBase(
  resolution: Resolution,
  { isAccelerated, engine }: Pick<MachineFacts, 'isAccelerated' | 'engine'>,
  { preset }: Pick<Wishes, 'preset'>,
): Choice & { readonly value: string } {
  const path = 'preset';
  if (preset !== undefined) return { path, value: preset, basis: 'asked for', reason: 'as asked for' };
  const { height, width } = sidesOf(resolution);
  // The networks of another size are those of the square that its shorter side fills.
  const filled = filledBy(Math.min(height, width));
  const [small, large] = recipes[filled]!;
  return {
    path,
    value: isAccelerated ? large : small,
    basis: 'published',
    reason:
      `BigGAN's recipe at ${filled} pixels (arXiv:1809.11096, ajbrock/BigGAN-PyTorch)` +
      (small === large
        ? ''
        : isAccelerated
          ? `, whole, for ${engine.device}`
          : ', with narrower networks, since a processor trains it'),
  };
}
