import { createRequire } from 'node:module';

const require = createRequire(new URL('../../packages/toolkit/package.json', import.meta.url));

/** The built packages, as an installed program would load them. */
export const tf = require('@tensorflow/tfjs');
export const core = require('@ganymede/core');
export const checkpoints = require('@ganymede/checkpoints');
export const importers = require('@ganymede/importers');
export const torchFiles = require('@ganymede/torch-files');
export const runs = require('@ganymede/runs');
export const toolkit = require('@ganymede/toolkit');
export const trainer = require('@ganymede/trainer');
export const metrics = require('@ganymede/metrics');
export const extractors = require('@ganymede/extractors');
