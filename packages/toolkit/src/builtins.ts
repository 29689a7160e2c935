import { plugin as pjrtPlugin } from '@ganymede/backend-pjrt';
import { plugin as tensorflowPlugin } from '@ganymede/backend-tensorflow';
import { plugin as wasmPlugin } from '@ganymede/backend-wasm';
import { ada, diffAugment } from '@ganymede/augmentations';
import {
  definePlugin,
  type ComponentDefinition,
  type PartDefinition,
  type Plugin,
  type PluginContainer,
  type SlotName,
} from '@ganymede/core';
import { presets } from '@ganymede/config';
import { auto, cifar, idx, imageFolder, imageTar, npz } from '@ganymede/datasets';
import { shapes } from '@ganymede/shapes';
import { shards } from '@ganymede/shards';
import { dinov2, inceptionV3, trainedClassifier } from '@ganymede/extractors';
import {
  dualContrastive,
  hinge,
  leastSquares,
  minimax,
  nonSaturating,
  relativisticAverage,
  relativisticPair,
  wasserstein,
} from '@ganymede/losses';
import {
  classDiversity,
  densityCoverageMetric,
  fid,
  fidInfinityMetric,
  inceptionScoreMetric,
  intraClassFid,
  kidMetric,
  precisionRecallMetric,
  spatialFid,
} from '@ganymede/metrics';
import {
  bigganDeepDiscriminator,
  bigganDeepGenerator,
  bigganDiscriminator,
  bigganGenerator,
  dcganDiscriminator,
  dcganGenerator,
  fastGanDiscriminator,
  fastGanGenerator,
  r3ganDiscriminator,
  r3ganGenerator,
  saganDiscriminator,
  saganGenerator,
  snganDiscriminator,
  snganGenerator,
} from '@ganymede/models';
import {
  apa,
  auxiliaryClassifier,
  classFrequencies,
  consistency,
  contrastive,
  d2dce,
  discriminativeClassifier,
  featureMatching,
  latentConsistency,
  latentInformation,
  latentOptimization,
  modeSeeking,
  multiHinge,
  reconstruction,
  topK,
  twinClassifier,
} from '@ganymede/objectives';
import {
  adaBelief,
  adam,
  constant,
  cosine,
  extragradient,
  linear,
  lion,
  lookahead,
  optimistic,
  sgd,
  step,
} from '@ganymede/optimizers';
import { dragan, gradientPenalty, lecam, orthogonal, r1, r2 } from '@ganymede/regularizers';
import { csv, tensorboard } from '@ganymede/reporters';
import {
  bernoulli,
  censoredNormal,
  clamp,
  ddls,
  drs,
  none,
  normal,
  resample,
  scaled,
  std,
  uniform,
} from '@ganymede/samplers';
import { clamp as clampSpectrum, collapseGuard, nonFinite, probe, spectrum } from '@ganymede/stabilizers';
import { evaluatorPart } from '@ganymede/evaluation';
import { sessionParts } from '@ganymede/runs';
import { initialWeightsPart } from '@ganymede/importers';

// Options differ from component to component; the container checks them at run time.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type AnyComponent = ComponentDefinition<SlotName, any>;

function pluginOf(name: string, components: readonly AnyComponent[]): Plugin {
  return definePlugin({
    apiVersion: 1,
    name,
    register: (container: PluginContainer) => {
      for (const component of components) container.add(component);
    },
  });
}

/** How each part of a session is made: those of runs, and what other packages put into them. */
export const builtinSessionParts: readonly PartDefinition[] = [
  ...sessionParts,
  evaluatorPart,
  initialWeightsPart,
];

const presetPlugin = definePlugin({
  apiVersion: 1,
  name: '@ganymede/config',
  register: (container) => {
    for (const { id, ...preset } of presets) container.addPreset(id, preset);
  },
});

/** The first-party packages, by the door that third-party plugins use: one plugin a package. */
export const builtinPlugins: readonly Plugin[] = [
  tensorflowPlugin,
  pjrtPlugin,
  wasmPlugin,
  presetPlugin,
  pluginOf('@ganymede/shapes', [shapes]),
  pluginOf('@ganymede/shards', [shards]),
  pluginOf('@ganymede/datasets', [auto, imageFolder, imageTar, cifar, idx, npz]),
  pluginOf('@ganymede/models', [
    bigganGenerator,
    bigganDiscriminator,
    bigganDeepGenerator,
    bigganDeepDiscriminator,
    saganGenerator,
    saganDiscriminator,
    snganGenerator,
    snganDiscriminator,
    r3ganGenerator,
    r3ganDiscriminator,
    dcganGenerator,
    dcganDiscriminator,
    fastGanGenerator,
    fastGanDiscriminator,
  ]),
  pluginOf('@ganymede/losses', [
    hinge,
    nonSaturating,
    minimax,
    leastSquares,
    wasserstein,
    relativisticAverage,
    relativisticPair,
    dualContrastive,
  ]),
  pluginOf('@ganymede/regularizers', [orthogonal, r1, r2, gradientPenalty, dragan, lecam]),
  pluginOf('@ganymede/augmentations', [diffAugment, ada]),
  pluginOf('@ganymede/objectives', [
    apa,
    auxiliaryClassifier,
    classFrequencies,
    consistency,
    contrastive,
    d2dce,
    discriminativeClassifier,
    featureMatching,
    latentConsistency,
    latentInformation,
    latentOptimization,
    modeSeeking,
    multiHinge,
    reconstruction,
    topK,
    twinClassifier,
  ]),
  pluginOf('@ganymede/samplers', [
    normal,
    censoredNormal,
    uniform,
    bernoulli,
    none,
    resample,
    scaled,
    clamp,
    std,
    drs,
    ddls,
  ]),
  pluginOf('@ganymede/optimizers', [
    adam,
    adaBelief,
    lion,
    extragradient,
    lookahead,
    optimistic,
    sgd,
    constant,
    linear,
    cosine,
    step,
  ]),
  pluginOf('@ganymede/reporters', [csv, tensorboard]),
  pluginOf('@ganymede/stabilizers', [nonFinite, spectrum, probe, collapseGuard, clampSpectrum]),
  pluginOf('@ganymede/metrics', [
    inceptionScoreMetric,
    fid,
    fidInfinityMetric,
    spatialFid,
    kidMetric,
    precisionRecallMetric,
    densityCoverageMetric,
    intraClassFid,
    classDiversity,
  ]),
  pluginOf('@ganymede/extractors', [inceptionV3, dinov2, trainedClassifier]),
];
