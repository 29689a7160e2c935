import type { MachineFacts } from '../machine-facts.js';
import type { Choice, Wishes } from './choice.js';

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
  resolution: number,
  { isAccelerated, engine }: Pick<MachineFacts, 'isAccelerated' | 'engine'>,
  { preset }: Pick<Wishes, 'preset'>,
): Choice & { readonly value: string } {
  const path = 'preset';
  if (preset !== undefined) return { path, value: preset, basis: 'asked for', reason: 'as asked for' };
  const [small, large] = recipes[resolution] ?? recipes[32]!;
  return {
    path,
    value: isAccelerated ? large : small,
    basis: 'published',
    reason:
      `BigGAN's recipe at ${resolution in recipes ? resolution : 32} pixels (arXiv:1809.11096, ajbrock/BigGAN-PyTorch)` +
      (small === large
        ? ''
        : isAccelerated
          ? `, whole, for ${engine.device}`
          : ', with narrower networks, since a processor trains it'),
  };
}
