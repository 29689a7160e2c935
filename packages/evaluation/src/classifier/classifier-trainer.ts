import * as tf from '@tensorflow/tfjs';
import {
  sidesOf,
  weightsOf,
  type Backend,
  type CompiledStep,
  type Dataset,
  type NamedTensors,
  type NamedVariables,
  type OptimizerInstance,
  type RandomStream,
} from '@ganymede/core';
import { ClassifierNetwork, type ClassifierShape } from '@ganymede/extractors';
import { Adam } from '@ganymede/optimizers';
import { gradientsOf, normalizeImages } from '@ganymede/trainer';
import { readVariables, type HostTensor } from '@ganymede/runs';
import { NormalizedClassifier } from './normalized-classifier.js';

/** Share of the target that is spread over all classes (arXiv:1512.00567, section 7): features keep more than labels. */
const smoothing = 0.1;
const weightDecay = 1e-4;

/** Steps of cross-entropy on a classifier, and its accuracy. */
export class ClassifierTrainer {
  private readonly trained: NormalizedClassifier;
  private readonly trainedWeights: NamedVariables;
  /** The same with normalization folded, as of the last call of `fold`. */
  private readonly network: ClassifierNetwork;
  private readonly optimizer: OptimizerInstance;
  private readonly train: CompiledStep;
  private readonly judge: CompiledStep;
  private step = 0;

  constructor(
    backend: Backend,
    private readonly shape: ClassifierShape,
    private readonly batchSize: number,
    precision: 'float32' | 'bfloat16',
    random: RandomStream,
  ) {
    this.trained = new NormalizedClassifier(shape, random);
    this.trainedWeights = weightsOf(this.trained);
    this.network = new ClassifierNetwork(shape);
    this.optimizer = new Adam({ beta1: 0.9, weightDecay }).create(this.trainedWeights);
    this.train = backend.compile((inputs) => this.trainStep(inputs), { name: 'classifier-step', precision });
    this.judge = backend.compile(
      ({ images }) => ({
        guess: tf.argMax(this.network.call(images as tf.Tensor4D).logits, 1) as tf.Tensor1D,
      }),
      { name: 'classifier-judge', precision },
    );
  }

  private trainStep({ images, labels, learningRate, step }: NamedTensors): NamedTensors {
    const { classes } = this.shape;
    const targets = tf
      .oneHot(labels as tf.Tensor1D, classes)
      .toFloat()
      .mul(1 - smoothing)
      .add(smoothing / classes);
    const { gradients, scalars } = gradientsOf(this.trainedWeights, (report) => {
      const logits = this.trained.call(images as tf.Tensor4D);
      const loss = tf.neg(tf.mean(tf.sum(tf.mul(targets, tf.logSoftmax(logits)), 1))) as tf.Scalar;
      report('loss', loss);
      return loss;
    });
    this.optimizer.apply(this.trainedWeights, gradients, learningRate as tf.Scalar, step as tf.Scalar);
    return scalars;
  }

  /**
   * @param images - uint8 [batchSize, H, W, C]
   * @returns the loss
   */
  async advance(images: Uint8Array, labels: Int32Array, learningRate: number): Promise<number> {
    this.step += 1;
    const inputs = {
      images: this.asTensor(images),
      labels: tf.tensor1d(labels, 'int32'),
      learningRate: tf.scalar(learningRate),
      step: tf.scalar(this.step),
    };
    const { loss } = await this.train.run(inputs);
    tf.dispose(inputs);
    const [value] = await loss!.data();
    loss!.dispose();
    return value!;
  }

  /** The weights of the classifier without normalization, as `TrainedClassifier` reads them. */
  async folded(): Promise<Record<string, HostTensor>> {
    this.fold();
    return readVariables(this.network.weights);
  }

  private fold(): void {
    tf.tidy(() => {
      for (const [name, value] of Object.entries(this.trained.folded()))
        this.network.weights[name]!.assign(value);
    });
  }

  /** The share of images whose class it finds. */
  async accuracy(dataset: Dataset): Promise<number> {
    this.fold();
    const labels = dataset.labels();
    const size = dataset.imageShape.height * dataset.imageShape.width * dataset.imageShape.channels;
    let right = 0;
    for (let start = 0; start < dataset.length; start += this.batchSize) {
      const count = Math.min(this.batchSize, dataset.length - start);
      const pixels = new Uint8Array(this.batchSize * size);
      pixels.set(await dataset.read(Uint32Array.from({ length: count }, (_, i) => start + i)));
      const images = this.asTensor(pixels);
      const { guess } = await this.judge.run({ images });
      images.dispose();
      const guesses = await guess!.data();
      guess!.dispose();
      for (let i = 0; i < count; i++) right += Number(guesses[i] === labels[start + i]);
    }
    return right / dataset.length;
  }

  private asTensor(pixels: Uint8Array): tf.Tensor4D {
    const { height, width } = sidesOf(this.shape.resolution);
    return tf.tensor4d(normalizeImages(pixels), [this.batchSize, height, width, this.shape.channels]);
  }

  dispose(): void {
    this.train.dispose();
    this.judge.dispose();
    this.optimizer.dispose();
    this.trained.dispose();
    this.network.dispose();
  }
}
