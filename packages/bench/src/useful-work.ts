import * as tf from '@tensorflow/tfjs';
import {
  disposeNetwork,
  evaluationCall,
  weightsOf,
  type Discriminator,
  type DiscriminatorFactory,
  type Generator,
  type GeneratorFactory,
  type ComponentChoice,
  type Components,
} from '@ganymede/core';
import { createDiscriminator, createGenerator, type NetworkSpec } from '@ganymede/runs';

/** Floating-point operations (a multiplication and an addition are two) for one image. */
export interface UsefulWork {
  readonly discriminatorStep: number;
  readonly generatorStep: number;
  readonly sample: number;
  /** Trained numbers of each network. */
  readonly parameters: { readonly generator: number; readonly discriminator: number };
}

type Kernel = Awaited<ReturnType<typeof tf.profile>>['kernels'][number];

const size = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1);

/** Operations of the kernels that multiply; all others do little beside them. */
export function kernelWork({
  name,
  inputShapes,
  outputShapes,
}: Pick<Kernel, 'name' | 'inputShapes' | 'outputShapes'>): number {
  const [a, b] = inputShapes as number[][];
  const out = outputShapes[0] as number[] | undefined;
  if (!a || !b || !out) return 0;
  switch (name) {
    case 'Conv2D':
    case 'FusedConv2D':
      return 2 * size(out) * size(b.slice(0, 3));
    case 'Conv2DBackpropInput':
      return 2 * size(a) * size(b.slice(0, 3));
    case 'BatchMatMul':
    case '_FusedMatMul': {
      const batch = size(out.slice(0, -2));
      return 2 * size(out) * Math.sqrt((size(a) * size(b)) / (size(out) * batch));
    }
    default:
      return 0;
  }
}

/**
 * Work for one image of a forward pass: that of two images without that of one, so that what is done once a batch
 * (spectral norms) does not count.
 */
async function workPerImage(pass: (batch: number) => tf.Tensor): Promise<number> {
  const work = async (batch: number): Promise<number> => {
    const { kernels } = await tf.profile(() => tf.tidy(() => pass(batch).clone()));
    return kernels.reduce((sum, kernel) => sum + kernelWork(kernel), 0);
  };
  return (await work(2)) - (await work(1));
}

/**
 * What a training step has to compute, counted from the mathematics as the papers write it: fused-scale convolutions
 * are counted unfused. A gradient with regard to weights, and one with regard to inputs, cost a forward pass each:
 * D's step is one pass of G, and two images through D three times; G's step is G three times and D twice.
 */
export async function usefulWork(
  components: Components,
  config: { readonly generator: ComponentChoice; readonly discriminator: ComponentChoice },
  spec: NetworkSpec,
): Promise<UsefulWork> {
  const generator = createGenerator(
    components.resolve('generator', unfused(config.generator)) as GeneratorFactory,
    spec,
  );
  const discriminator = createDiscriminator(
    components.resolve('discriminator', unfused(config.discriminator)) as DiscriminatorFactory,
    spec,
  );
  try {
    const g = await workPerImage((batch) => generatorPass(generator, batch));
    const d = await workPerImage((batch) => discriminatorPass(discriminator, spec, batch));
    const parameters = {
      generator: parameterCount(generator),
      discriminator: parameterCount(discriminator),
    };
    return { discriminatorStep: g + 6 * d, generatorStep: 3 * g + 2 * d, sample: g, parameters };
  } finally {
    disposeNetwork(generator);
    disposeNetwork(discriminator);
  }
}

/** Trained numbers of a network. */
export function parameterCount(network: Parameters<typeof weightsOf>[0]): number {
  return Object.values(weightsOf(network)).reduce((sum, { size: own }) => sum + own, 0);
}

const unfused = (choice: ComponentChoice): ComponentChoice =>
  'fusedScale' in choice ? { ...choice, fusedScale: false } : choice;

function generatorPass(generator: Generator, batch: number): tf.Tensor {
  const z = tf.zeros([batch, generator.latentSize]) as tf.Tensor2D;
  return generator.generate(z, tf.zeros([batch], 'int32') as tf.Tensor1D, evaluationCall);
}

function discriminatorPass(
  discriminator: Discriminator,
  { imageShape }: NetworkSpec,
  batch: number,
): tf.Tensor {
  const { height, width, channels } = imageShape;
  const x = tf.zeros([batch, height, width, channels]) as tf.Tensor4D;
  return discriminator.discriminate(x, tf.zeros([batch], 'int32') as tf.Tensor1D, evaluationCall);
}
