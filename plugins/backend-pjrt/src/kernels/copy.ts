import { kernel } from '../engine/kernel.js';

/** The same values in memory of their own. */
export const copyKernel = kernel<'x'>('Copy', ({ x }) => x, { moves: true });
