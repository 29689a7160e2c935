import { thousands, type Rule } from './choice.js';

/** From here on D hardly overfits; arXiv:2006.06676 (section 4.1) sees the gain of augmentation vanish about there. */
const many = 100_000;
/** As few as the sets on which DiffAugment's authors take colour besides (arXiv:2006.10738, sections 4.2 and 4.4). */
const few = 1000;

/** The recipe's; where it has none, DiffAugment if images are few enough for D to memorize. */
export const augmentation: Rule = ({ base, data: { images, grey } }) => {
  if (base.augmentation !== null)
    return [
      { path: 'augmentation', value: base.augmentation, basis: 'published', reason: "the recipe's own" },
    ];
  if (images >= many)
    return [
      {
        path: 'augmentation',
        value: null,
        basis: 'published',
        reason: `${thousands(images)} images: from about ${thousands(many)} on augmentation gains little (arXiv:2006.06676)`,
      },
    ];
  const isGrey = grey === images;
  const policy = images <= few && !isGrey ? ['color', 'translation', 'cutout'] : ['translation', 'cutout'];
  const transforms =
    images <= few
      ? `up to ${thousands(few)} images with colour too${isGrey ? ', which grey images have none of' : ''}`
      : 'the transforms of its BigGAN on CIFAR-10';
  return [
    {
      path: 'augmentation',
      value: { use: 'diff-augment', policy },
      basis: 'published',
      reason:
        `${thousands(images)} images: DiffAugment (arXiv:2006.10738) took its BigGAN on CIFAR-10 from FID 39.8 to 22.4 with 5,000 ` +
        `images and from 9.6 to 8.7 with 50,000; ${transforms}. ADA (arXiv:2006.06676) is the other: { use: ada }`,
    },
  ];
};
