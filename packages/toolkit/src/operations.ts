import type { PluginHost } from '@ganymede/core';
import {
  probeGamma as probeGammaOf,
  recommend as recommendOf,
  type Recommendation,
  type RecommendOptions,
} from '@ganymede/advice';
import {
  analyzeDirections as analyzeDirectionsOf,
  analyzeLogits as analyzeLogitsOf,
  analyzeNeighbours as analyzeNeighboursOf,
  projectImages as projectImagesOf,
  analyzeSpectrum as analyzeSpectrumOf,
} from '@ganymede/analysis';
import { resolveConfig as resolveConfigOf, loadRunConfig as loadRunConfigOf } from '@ganymede/config';
import {
  measureClassificationAccuracy as measureClassificationAccuracyOf,
  evaluateImages as evaluateImagesOf,
  evaluateRun as evaluateRunOf,
  measurePathLength as measurePathLengthOf,
  trainExtractor as trainExtractorOf,
  sweepTruncation as sweepTruncationOf,
  selectImages as selectImagesOf,
} from '@ganymede/evaluation';
import { train as trainOf } from '@ganymede/runs';
import { interpolate as interpolateOf, sample as sampleOf } from '@ganymede/sampling';
import { Playground } from '@ganymede/playground';
import { chooseAverage as chooseAverageOf } from '@ganymede/posthoc-ema';
import { bench as benchOf, measureExchange as measureExchangeOf, plan as planOf } from '@ganymede/bench';
import { planCluster as planClusterOf } from '@ganymede/cluster-plan';
import {
  exportNpm as exportNpmOf,
  exportOnnx as exportOnnxOf,
  exportSavedModel as exportSavedModelOf,
  exportWeb as exportWebOf,
} from '@ganymede/exporters';
import { exportAs as exportAsOf } from './export-as.js';
import { packData as packDataOf } from './pack-data.js';
import { pluginHost } from './plugins/plugin-host.js';
import { resolveSweep as resolveSweepOf } from '@ganymede/sweeps';
import { importRun as importRunOf } from '@ganymede/importers';
import { diagnoseAccelerators } from './diagnosis/accelerators.js';

/**
 * The operations of the packages below, each with this package's container: the components that are built in, and plugins
 * found as Node finds packages. What each takes, returns and throws is said where it is defined.
 */
const hosted =
  <Arguments extends unknown[], Result>(operation: (host: PluginHost, ...rest: Arguments) => Result) =>
  (...rest: Arguments): Result =>
    operation(pluginHost, ...rest);

/** Puts a config together: component defaults < preset < file < document < assignments. */
export const resolveConfig = hosted(resolveConfigOf);
/** The config that a run was started with, checked against the components of today. */
export const loadRunConfig = hosted(loadRunConfigOf);
/** Trains a run to its last step, or until the signal; either way it ends with a checkpoint. */
export const train = hosted(trainOf);
/** Images from a run's generator. */
export const sample = hosted(sampleOf);
/** Images along paths between latents, classes or both. */
export const interpolate = hosted(interpolateOf);
/** Pictures of runs on request; the caller closes it. */
export const openPlayground = hosted((host) => new Playground(host));
/** Measures the parts of a run of a config on this machine; nothing is kept. */
export const bench = hosted(benchOf);
/** Tries a few steps of a run and works out the whole of it. */
export const plan = hosted(planOf);
/** What a run will take on clusters of several sizes. */
export const planCluster = hosted(planClusterOf);
/** Measures sums over processes, each of which calls it. */
export const measureExchange = hosted(measureExchangeOf);
/** Measures a run's generator against its data, or other images. */
export const evaluateRun = hosted(evaluateRunOf);
/** Measures one set of images against another. */
export const evaluateImages = hosted(evaluateImagesOf);
/** Perceptual path length with features of any extractor. */
export const measurePathLength = hosted(measurePathLengthOf);
/** The accuracy on real images of a classifier that was trained on generated ones. */
export const measureClassificationAccuracy = hosted(measureClassificationAccuracyOf);
/** Measures a run at every threshold of a truncation and without one. */
export const sweepTruncation = hosted(sweepTruncationOf);
/** Ranks training images by density of their features, and writes the list of those that are kept. */
export const selectImages = hosted(selectImagesOf);
/** Trains the classifier of the extractor `trained-classifier` on labelled images. */
export const trainExtractor = hosted(trainExtractorOf);
/** Generated images beside the real ones that are nearest to them. */
export const analyzeNeighbours = hosted(analyzeNeighboursOf);
/** The discriminator's logits on training, held-out and generated images. */
export const analyzeLogits = hosted(analyzeLogitsOf);
/** The power spectrum of generated images beside that of real ones. */
export const analyzeSpectrum = hosted(analyzeSpectrumOf);
/** Directions in latent space that change the images most. */
export const analyzeDirections = hosted(analyzeDirectionsOf);
/** Latents whose images come close to given images. */
export const projectImages = hosted(projectImagesOf);
/** Rebuilds averages of a run, measures them, and says which is best. */
export const chooseAverage = hosted(chooseAverageOf);
/** Makes a run of weights that were trained elsewhere. */
export const importRun = hosted(importRunOf);
/** Resolves the config of every run of a sweep. */
export const resolveSweep = hosted(resolveSweepOf);
/** Writes a run's generator as a static page with a playground. */
export const exportWeb = hosted(exportWebOf);
/** Writes a run's generator as a model of ONNX. */
export const exportOnnx = hosted(exportOnnxOf);
/** Writes a run's generator as a package for npm. */
export const exportNpm = hosted(exportNpmOf);
/** Writes a run's generator as a SavedModel of TensorFlow. */
export const exportSavedModel = hosted(exportSavedModelOf);
/** Writes a run's networks in any of the formats. */
export const exportAs = hosted(exportAsOf);
/** Packs the images of any data into tar shards with an index. */
export const packData = hosted(packDataOf);
/** Looks at images and this machine, and puts a config together with the reason for each value. */
export async function recommend(options: RecommendOptions): Promise<Recommendation> {
  const unused = (await diagnoseAccelerators()).filter(({ status }) => status === 'warning');
  const notes = unused.map(({ name, found, fix }) => `${name}: ${found}${fix === null ? '' : `. ${fix}`}`);
  return recommendOf(pluginHost, { ...options, machineNotes: [...(options.machineNotes ?? []), ...notes] });
}
/** Trains a config for a few steps with each of several gammas, and says which hold. */
export const probeGamma = hosted(probeGammaOf);
