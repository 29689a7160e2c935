export { Ada, ada, adaOptions, type AdaOptions } from './ada.js';
export { DiffAugment, diffAugment, diffAugmentOptions, type DiffAugmentOptions } from './diff-augment.js';
export { warp } from './warp.js';
