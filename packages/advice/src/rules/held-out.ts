import { thousands, type Rule } from './choice.js';

const share = 20;
const most = 1000;
/** A class with fewer images may lose its last ones. */
const fewestOfClass = 20;

/** A few images that D never sees, so that its memory shows (arXiv:2006.06676, section 2, measures it so too). */
export const heldOut: Rule = ({ data: { images, classes } }) => {
  const smallest = Math.min(...classes.map((one) => one.images));
  const value = smallest < fewestOfClass ? 0 : Math.min(most, Math.floor(images / share));
  const reason =
    value === 0
      ? `the smallest class has ${thousands(smallest)} images, which are all needed: D's memory is not watched`
      : 'images that D never sees: where its outputs on them leave those on the others, it memorizes (arXiv:2006.06676, section 2)';
  return [{ path: 'heldOut', value, basis: 'rule', reason }];
};
