import type { DataFacts } from '../survey/data-facts.js';
import { thousands } from './choice.js';

/** The smallest sets that a GAN was published to learn from scratch (arXiv:2006.10738, section 4.4: 100 images each). */
const fewOfClass = 100;
/** Where sets count as long-tailed (arXiv:1901.05555 trains with ratios from 10 to 200). */
const longTail = 10;
const named = 5;

/** What the data make doubtful, in sentences; none of it stops a training. */
export function dataWarnings(data: DataFacts): readonly string[] {
  return [fewImages, fewOfSomeClass, unbalanced, copies, copiesBetween, unusable, upscaled].flatMap((look) =>
    look(data),
  );
}

type Look = (data: DataFacts) => readonly string[];

const listed = (names: readonly string[]): string =>
  names.length > named
    ? `${names.slice(0, named).join(', ')} and ${names.length - named} more`
    : names.join(', ');

const fewImages: Look = ({ images }) =>
  images < fewOfClass
    ? [
        `${thousands(images)} images: the smallest sets that a GAN was published to learn from scratch have ${fewOfClass} (arXiv:2006.10738). Expect copies of the images`,
      ]
    : [];

const fewOfSomeClass: Look = ({ images, classes }) => {
  const small = classes.filter((one) => one.images < fewOfClass);
  if (images < fewOfClass || small.length === 0 || classes.length === 1) return [];
  return [
    `${small.length} of ${classes.length} classes have under ${fewOfClass} images: ${listed(small.map((one) => `${one.name} (${one.images})`))}. ` +
      'G may repeat them; fewer, wider classes, or one (data option labels: none), share what they have',
  ];
};

const unbalanced: Look = ({ classes }) => {
  const sorted = [...classes].sort((a, b) => a.images - b.images);
  const [least, most] = [sorted[0]!, sorted.at(-1)!];
  return most.images >= longTail * least.images && classes.length > 1
    ? [
        `long-tailed classes: ${most.name} has ${thousands(most.images)} images, ${least.name} ${thousands(least.images)}. Training sees them as often as they come`,
      ]
    : [];
};

const copies: Look = ({ duplicates, images }) =>
  duplicates && duplicates.images > 0
    ? [
        `${thousands(duplicates.images)} of ${thousands(images)} images show what an earlier one shows: ${duplicates.examples
          .slice(0, 3)
          .map((group) => group.slice(0, 3).join(' = '))
          .join(
            '; ',
          )}. G learns them the sooner by heart, and held-out images are none where they have copies`,
      ]
    : [];

const copiesBetween: Look = ({ duplicates }) =>
  duplicates && duplicates.betweenClasses > 0
    ? [
        `${thousands(duplicates.betweenClasses)} ${duplicates.betweenClasses === 1 ? 'picture is' : 'pictures are'} in several classes at once, e.g. ${duplicates.examples[0]!.slice(0, 3).join(' = ')}: D is told that both labels are right`,
      ]
    : [];

const unusable: Look = ({ skipped }) =>
  skipped.length > 0
    ? [
        `${thousands(skipped.length)} ${skipped.length === 1 ? 'file' : 'files'} cannot be used: ${skipped
          .slice(0, 3)
          .map(({ file, reason }) => `${file} ${reason}`)
          .join('; ')}. Training skips them, unless strictData is true`,
      ]
    : [];

const upscaled: Look = ({ sizes: { shorterSide } }) =>
  shorterSide && shorterSide.median < 32
    ? [`half of the images have under 32 pixels a side: G learns the blur of enlarging them`]
    : [];
