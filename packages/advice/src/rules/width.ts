import type { Rule } from './choice.js';

/** BigGAN's ch of both networks. The number of images does not change it: augmentation and penalties hold D instead. */
export const width: Rule = ({ base, machine: { isAccelerated } }) => {
  const { generator, discriminator } = base;
  if (typeof generator['channels'] !== 'number' || generator['channels'] !== discriminator['channels'])
    return [];
  const reason = isAccelerated
    ? "the recipe's, which an accelerator holds"
    : "the recipe's: work grows with its square, and --ch of `plan` says what another costs here";
  return [
    { path: 'generator.channels', value: generator['channels'], basis: 'published', reason },
    {
      path: 'discriminator.channels',
      value: discriminator['channels'],
      basis: 'published',
      reason: 'as wide as the generator',
    },
  ];
};
