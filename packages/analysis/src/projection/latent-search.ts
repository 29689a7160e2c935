import * as tf from '@tensorflow/tfjs';
import {
  evaluationCall,
  RandomStream,
  type Backend,
  type CompiledStep,
  type FeatureExtractor,
  type Generator,
  type NamedTensors,
  type OptimizerInstance,
  type Prior,
  type Truncation,
} from '@ganymede/core';
import { Adam, CosineSchedule } from '@ganymede/optimizers';
import { gradientsOf } from '@ganymede/trainer';

export interface SearchSettings {
  readonly steps: number;
  readonly learningRate: number;
  readonly pixelWeight: number;
  readonly featureWeight: number;
  readonly latentWeight: number;
  readonly restarts: number;
  readonly seed: number;
}

/** What is looked for. */
export interface SearchTargets {
  /** In [-1, 1], [N, H, W, C]. */
  readonly images: tf.Tensor4D;
  readonly count: number;
  /** Of each target; null: the mixture of classes is looked for too. */
  readonly labels: Int32Array | null;
}

/** The end of every restart; rows are restarts of the first target, then of the second. */
export interface SearchResult {
  /** [N * restarts x latentSize] */
  readonly z: Float32Array;
  /** [N * restarts x classes], each row adds up to 1 */
  readonly classWeights: Float32Array;
  /** By step, each [N * restarts]; the last ones are those of the result. */
  readonly losses: readonly Float32Array[];
}

/** Draws that the bounds of z and its mean square come from. */
const draws = 4096;
/** Rounding has no gradient. */
const unrounded = { unrounded: true };
/** Part of the steps in which the learning rate rises. */
const warmup = 0.05;

/**
 * Looks for latents whose images are like given ones: Adam on z, and on the weights of the classes (their softmax) where
 * those are not given, from several draws of the prior at once. For each row
 *
 *     loss = pixelWeight mean (G(z) - x)^2 + featureWeight |f(G(z)) - f(x)|^2 / |f(x)|^2
 *            + latentWeight max(0, |z|^2 / E |z|^2 - 1)
 *
 * with E over the prior: what is far outside of it makes any image, and says nothing of the generator. After each step z
 * is brought back between the least and the greatest component that the prior draws.
 */
export class LatentSearch {
  private readonly z: tf.Variable<tf.Rank.R2>;
  private readonly classLogits: tf.Variable<tf.Rank.R2> | null;
  private readonly optimizer: OptimizerInstance;
  private readonly step: CompiledStep;
  private readonly rate: CosineSchedule;
  private readonly bounds: { readonly low: number; readonly high: number; readonly meanSquare: number };

  constructor(
    backend: Pick<Backend, 'compile'>,
    private readonly generator: Generator,
    source: Prior | Truncation,
    private readonly extractor: FeatureExtractor | null,
    private readonly targets: SearchTargets,
    private readonly settings: SearchSettings,
  ) {
    const { latentSize, classes } = generator;
    const { restarts, seed, steps } = settings;
    const rows = targets.count * restarts;
    this.bounds = boundsOf(source, latentSize);
    // Every target starts from the same draws: what is found for it does not depend on the others.
    const start = source.sample(restarts, latentSize, RandomStream.create(seed, 'projection-latent'));
    this.z = tf.tidy(() =>
      tf.variable(tf.tile(tf.tensor2d(start, [restarts, latentSize]), [targets.count, 1])),
    );
    this.classLogits = targets.labels ? null : tf.tidy(() => tf.variable(tf.zeros([rows, classes])));
    this.optimizer = new Adam({ beta1: 0.9 }).create(this.searched);
    this.rate = new CosineSchedule({ steps, warmupSteps: Math.floor(warmup * steps) });
    this.step = backend.compile((inputs) => this.advance(inputs), { name: 'project', precision: 'float32' });
  }

  private get searched(): Record<string, tf.Variable> {
    return this.classLogits ? { z: this.z, classes: this.classLogits } : { z: this.z };
  }

  /** Class weights of all rows, [rows, classes]. */
  private weights(labels: tf.Tensor2D): tf.Tensor2D {
    return this.classLogits ? tf.softmax<tf.Tensor2D>(this.classLogits) : labels;
  }

  private losses({ images, features, labels }: NamedTensors): tf.Tensor1D {
    const { pixelWeight, featureWeight, latentWeight } = this.settings;
    const made = this.generator.generate(this.z, this.weights(labels as tf.Tensor2D), evaluationCall);
    const squares = this.z.square().mean(1).div(this.bounds.meanSquare);
    const terms: tf.Tensor[] = [
      made.sub(images!).square().mean([1, 2, 3]).mul(pixelWeight),
      tf.relu(squares.sub(1)).mul(latentWeight),
    ];
    if (this.extractor && featureWeight > 0) {
      const difference = this.extractor.extract(made, unrounded).features.sub(features!).square().sum(1);
      terms.push(difference.div(features!.square().sum(1).add(1e-12)).mul(featureWeight));
    }
    return tf.addN(terms) as tf.Tensor1D; // [rows]
  }

  private advance(inputs: NamedTensors): NamedTensors {
    const { gradients, scalars } = gradientsOf(this.searched, (report) => {
      const losses = this.losses(inputs);
      report('losses', losses as unknown as tf.Scalar);
      // Rows do not touch each other, so the gradient of the sum is that of each.
      return tf.sum(losses) as tf.Scalar;
    });
    this.optimizer.apply(
      this.searched,
      gradients,
      inputs['learningRate'] as tf.Scalar,
      inputs['step'] as tf.Scalar,
    );
    this.z.assign(tf.clipByValue(this.z, this.bounds.low, this.bounds.high));
    return scalars;
  }

  /** Runs all steps. @param tell - told after each */
  async run(tell: (step: number) => void, signal?: AbortSignal): Promise<SearchResult> {
    const { steps, learningRate } = this.settings;
    const fixed = this.fixedInputs();
    const losses: Float32Array[] = [];
    try {
      for (let step = 1; step <= steps; step++) {
        signal?.throwIfAborted();
        const scalars = {
          learningRate: tf.scalar(learningRate * this.rate.factor(step - 1)),
          step: tf.scalar(step),
        };
        const outputs = await this.step.run({ ...fixed, ...scalars });
        losses.push(Float32Array.from(await outputs['losses']!.data()));
        tf.dispose([outputs, scalars]);
        tell(step);
      }
      const last = tf.tidy(() => ({
        losses: this.losses(fixed),
        weights: this.weights(fixed['labels'] as tf.Tensor2D).clone(),
      }));
      losses.push(Float32Array.from(await last.losses.data()));
      const classWeights = Float32Array.from(await last.weights.data());
      tf.dispose(last);
      return { z: Float32Array.from(await this.z.data()), classWeights, losses };
    } finally {
      tf.dispose(fixed);
    }
  }

  /** What stays the same in every step, each target as often as it has restarts. */
  private fixedInputs(): NamedTensors {
    const { restarts } = this.settings;
    const { images, count, labels } = this.targets;
    const { classes } = this.generator;
    return tf.tidy(() => {
      const repeated = <T extends tf.Tensor>(tensor: T): T => {
        const [, ...rest] = tensor.shape;
        const ones = rest.map(() => 1);
        return tensor
          .expandDims(1)
          .tile([1, restarts, ...ones])
          .reshape([count * restarts, ...rest]) as T;
      };
      const rows = new Float32Array(count * classes);
      labels?.forEach((label, i) => (rows[i * classes + label] = 1));
      const features = this.extractor?.extract(images, unrounded).features ?? tf.zeros([count, 1]);
      return {
        images: repeated(images),
        features: repeated(features),
        labels: repeated(tf.tensor2d(rows, [count, classes])),
      };
    });
  }

  dispose(): void {
    this.step.dispose();
    this.optimizer.dispose();
    this.z.dispose();
    this.classLogits?.dispose();
  }
}

function boundsOf(source: Prior | Truncation, latentSize: number): LatentSearch['bounds'] {
  const count = Math.ceil(draws / latentSize);
  const drawn = source.sample(count, latentSize, RandomStream.create(0, 'prior-bounds'));
  return {
    low: drawn.reduce((a, b) => Math.min(a, b), Infinity),
    high: drawn.reduce((a, b) => Math.max(a, b), -Infinity),
    meanSquare: drawn.reduce((sum, value) => sum + value * value, 0) / drawn.length,
  };
}
