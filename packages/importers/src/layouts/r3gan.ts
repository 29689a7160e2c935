import { GanymedeError, recordOf } from '@ganymede/core';
import type { HostTensors } from '@ganymede/safetensors';
import {
  convertWeights,
  exportWeights,
  importWeights,
  type F32Tensor,
  type TargetShapes,
  type WeightFormat,
} from './convert-weights.js';

/**
 * State dicts of R3GAN (brownvc/R3GAN: R3GAN/Networks.py), with or without the `Model.` of its training wrapper. There a
 * stage is a list of layers that begins (generator) or ends (discriminator) with the transition; here it has `blocks` and
 * `up` or `down`. The low-pass kernels are buffers there and no tensors here.
 */
export type R3GanNetwork = 'generator' | 'discriminator';

/** Which network a state dict is of, by their names or by ours. @throws NOT_R3GAN */
export function r3ganNetworkOf(source: HostTensors): R3GanNetwork {
  const names = Object.keys(withoutPrefix(source));
  if (names.includes('AggregationLayer.Layer.weight') || names.includes('to_image.weight'))
    return 'generator';
  if (names.includes('ExtractionLayer.Layer.weight') || names.includes('from_image.weight'))
    return 'discriminator';
  throw new GanymedeError(
    'NOT_R3GAN',
    `R3GAN weights: expected AggregationLayer.Layer.weight (G) or ExtractionLayer.Layer.weight (D), got ${names.slice(0, 6).join(', ') || 'nothing'}`,
    { kind: 'data', hint: "Give the state dict of R3GAN's Generator or Discriminator." },
  );
}

/**
 * A state dict of R3GAN as the variables of a network here.
 *
 * @param target - shapes of the network's weights by name
 * @throws NOT_R3GAN, WEIGHTS_MISMATCH listing every name that does not fit
 */
export function importR3Gan(source: HostTensors, target: TargetShapes): Record<string, F32Tensor> {
  const plain = withoutPrefix(source);
  return importWeights(plain, target, formatOf(r3ganNetworkOf(plain), plain));
}

/**
 * A state dict of R3GAN in the names and layouts that networks have here, with no network to compare with.
 * @throws NOT_R3GAN, WEIGHTS_MISMATCH
 */
export function convertR3Gan(source: HostTensors): Record<string, F32Tensor> {
  const plain = withoutPrefix(source);
  return convertWeights(plain, formatOf(r3ganNetworkOf(plain), plain));
}

/**
 * The variables of a network here as a state dict that R3GAN's networks load (strictly: with the low-pass kernels).
 * @throws NOT_R3GAN, WEIGHTS_MISMATCH
 */
export function exportR3Gan(source: HostTensors): Record<string, F32Tensor> {
  const network = r3ganNetworkOf(source);
  const shape = ourShape(source);
  return { ...exportWeights(source, formatOf(network, source)), ...lowPassKernels(network, shape) };
}

/** Stages of a network, and residual blocks of each. */
interface Shape {
  readonly stages: number;
  readonly blocks: number;
}

function formatOf(network: R3GanNetwork, source: HostTensors): WeightFormat {
  const shape = Object.keys(source).some((name) => name.startsWith('MainLayers.'))
    ? theirShape(network, source)
    : ourShape(source);
  const names = network === 'generator' ? generatorNames(shape) : discriminatorNames(shape);
  const theirs = new Map(names);
  const ours = new Map(names.map(([their, our]) => [our, their]));
  return {
    name: 'R3GAN',
    rename: (name) => (name.endsWith('.Resampler.Kernel') ? null : (theirs.get(name) ?? name)),
    nameOf: (name) => ours.get(name) ?? name,
    layoutOf(name, rank) {
      if (name === 'basis.basis') return 'map';
      if (name === 'head.basis') return 'depthwiseMap';
      if (rank === 4) return 'convolution';
      return rank === 2 ? 'linear' : 'same';
    },
  };
}

/** Their names and ours of what a block holds. */
const inBlock: readonly (readonly [string, string])[] = [
  ['LinearLayer1.Layer.weight', 'conv1.weight'],
  ['NonLinearity1.Bias', 'activation1.bias'],
  ['LinearLayer2.Layer.weight', 'conv2.weight'],
  ['NonLinearity2.Bias', 'activation2.bias'],
  ['LinearLayer3.Layer.weight', 'conv3.weight'],
];

type Names = (readonly [theirs: string, ours: string])[];

function blockNames({ stages, blocks }: Shape, first: number): Names {
  return Array.from({ length: stages * blocks }, (_, i) => {
    const [stage, block] = [Math.floor(i / blocks), i % blocks];
    return inBlock.map(
      ([theirs, ours]) =>
        [
          `MainLayers.${stage}.Layers.${block + first}.${theirs}`,
          `stages.${stage}.blocks.${block}.${ours}`,
        ] as const,
    );
  }).flat();
}

function generatorNames(shape: Shape): Names {
  const ups = Array.from(
    { length: shape.stages },
    (_, stage) =>
      [`MainLayers.${stage}.Layers.0.LinearLayer.Layer.weight`, `stages.${stage}.up.conv.weight`] as const,
  );
  return [
    ['MainLayers.0.Layers.0.Basis', 'basis.basis'],
    ['MainLayers.0.Layers.0.LinearLayer.weight', 'basis.linear.weight'],
    ...ups,
    ...blockNames(shape, 1),
    ['AggregationLayer.Layer.weight', 'to_image.weight'],
    ['EmbeddingLayer.weight', 'embedding.weight'],
  ];
}

function discriminatorNames(shape: Shape): Names {
  const { stages, blocks } = shape;
  const downs = Array.from(
    { length: stages },
    (_, stage) =>
      [
        `MainLayers.${stage}.Layers.${blocks}.LinearLayer.Layer.weight`,
        `stages.${stage}.down.conv.weight`,
      ] as const,
  );
  return [
    ['ExtractionLayer.Layer.weight', 'from_image.weight'],
    ...downs,
    ...blockNames(shape, 0),
    [`MainLayers.${stages - 1}.Layers.${blocks}.Basis.weight`, 'head.basis'],
    [`MainLayers.${stages - 1}.Layers.${blocks}.LinearLayer.weight`, 'head.linear.weight'],
    ['EmbeddingLayer.weight', 'embedding.weight'],
  ];
}

const largestIndex = (source: HostTensors, pattern: RegExp): number =>
  Object.keys(source).reduce((most, name) => Math.max(most, Number(pattern.exec(name)?.[1] ?? -1)), -1);

function theirShape(network: R3GanNetwork, source: HostTensors): Shape {
  const last = largestIndex(source, /^MainLayers\.\d+\.Layers\.(\d+)\.LinearLayer1\./);
  return {
    stages: largestIndex(source, /^MainLayers\.(\d+)\./) + 1,
    blocks: network === 'generator' ? last : last + 1,
  };
}

function ourShape(source: HostTensors): Shape {
  return {
    stages: largestIndex(source, /^stages\.(\d+)\./) + 1,
    blocks: largestIndex(source, /^stages\.\d+\.blocks\.(\d+)\./) + 1,
  };
}

/** [1, 3, 3, 1] outer itself / 64 of every transition. */
function lowPassKernels(network: R3GanNetwork, { stages, blocks }: Shape): Record<string, F32Tensor> {
  const taps = [1, 3, 3, 1];
  const data = Float32Array.from(taps.flatMap((row) => taps.map((column) => (row * column) / 64)));
  return recordOf(
    Array.from({ length: stages - 1 }, (_, i): [string, F32Tensor] => [
      network === 'generator'
        ? `MainLayers.${i + 1}.Layers.0.Resampler.Kernel`
        : `MainLayers.${i}.Layers.${blocks}.Resampler.Kernel`,
      { dtype: 'F32', shape: [4, 4], data },
    ]),
  );
}

function withoutPrefix(source: HostTensors): HostTensors {
  const entries = Object.entries(source);
  if (!entries.every(([name]) => name.startsWith('Model.'))) return source;
  return recordOf(entries.map(([name, tensor]) => [name.slice('Model.'.length), tensor]));
}
