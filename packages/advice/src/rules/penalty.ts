import { hasGamma } from '../gamma/penalties.js';
import { r1Gamma, r1GammaFormula } from './r1-gamma.js';
import { thousands, type Choice, type Rule } from './choice.js';

/** A tenth and a fifth of CIFAR-10 are what LeCam was published on. */
const few = 10_000;

/**
 * Penalties: those of the recipe, LeCam where images are few and the recipe has nothing of its own for few, neither a penalty nor
 * augmentation, and R1 where it is asked for.
 */
export const penalty: Rule = ({ data: { images }, base, resolution, wishes }) => {
  const path = 'regularizers';
  const own = base.regularizers;
  const isWeighed = own.some(hasGamma);
  const batch = base.batchSize * base.accumulation;
  const start = r1Gamma(resolution, batch);
  const choice = (value: unknown, basis: Choice['basis'], reason: string): readonly Choice[] => [
    { path, value, basis, reason },
  ];
  if (wishes.regularizer === 'r1' && !isWeighed)
    return choice(
      [...own, { use: 'r1', gamma: start }],
      'published',
      `R1 (arXiv:1801.04406) as asked for; gamma ${start} is ${r1GammaFormula}: a place to begin, which \`ganymede probe-gamma\` tries`,
    );
  if (isWeighed)
    return choice(
      own,
      'published',
      `the recipe's own; ${r1GammaFormula}, would be ${start}: \`ganymede probe-gamma\` tries which holds`,
    );
  if (own.length > 0) return choice(own, 'published', "the recipe's own");
  if (base.augmentation !== null)
    return choice(own, 'published', 'none, as the recipe was published, with augmentation of its own');
  if (images >= few)
    return choice(
      own,
      'published',
      'spectral norm holds D (arXiv:1802.05957): the recipe has no penalty besides',
    );
  return choice(
    [{ use: 'lecam', weight: 0.3 }],
    'published',
    `${thousands(images)} images: LeCam (arXiv:2104.03310), published for BigGAN on a tenth and a fifth of CIFAR-10, with its CIFAR weight`,
  );
};
