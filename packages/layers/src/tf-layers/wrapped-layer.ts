import * as tf from '@tensorflow/tfjs';
import {
  evaluationCall,
  RandomStream,
  stateOf,
  trainingCall,
  weightsOf,
  type Layer,
  type NamedVariables,
} from '@ganymede/core';

type Shape = readonly (number | null)[];
type LayerArgs = NonNullable<ConstructorParameters<typeof tf.layers.Layer>[0]>;

export interface WrappedLayerArgs extends LayerArgs {
  /** Of first weights; layers of one seed and other names have other weights. Default 0. */
  readonly seed?: number;
}

/**
 * A layer of this package as one of tfjs's, for `tf.sequential` and `tf.model`: the same code computes, its weights and its state
 * are the model's, are trained by `fit` and saved and loaded with it. In `fit` the call is one of training: batch statistics,
 * and state moves; in `predict` and `evaluate` nothing does.
 */
export abstract class WrappedLayer extends tf.layers.Layer {
  private readonly seed: number;
  private inner: Layer | null = null;

  constructor(args: WrappedLayerArgs) {
    super(args);
    this.seed = args.seed ?? 0;
  }

  /** The layer that computes. @param input - shape of the first input, batch first */
  protected abstract make(input: Shape, random: RandomStream, condition: Shape | undefined): Layer;

  /** What was passed to the constructor, besides what is of every layer. */
  protected abstract settings(): tf.serialization.ConfigDict;

  /** Of the output, batch first; that of the first input unless a layer says otherwise. */
  protected shapeOfOutput(input: Shape): (number | null)[] {
    return [...input];
  }

  override build(shape: Shape | readonly Shape[]): void {
    const [input, condition] = shapesOf(shape);
    this.inner = this.make(input!, RandomStream.create(this.seed, this.name), condition);
    this.adopt(weightsOf(this.inner), true);
    this.adopt(stateOf(this.inner), false);
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { readonly training?: boolean }): tf.Tensor {
    const [x, condition] = Array.isArray(inputs) ? inputs : [inputs];
    const call = kwargs.training ? trainingCall : evaluationCall;
    return tf.tidy(() =>
      this.inner!.call(x!, condition ? { ...call, condition: condition as tf.Tensor2D } : call),
    );
  }

  override computeOutputShape(shape: Shape | readonly Shape[]): (number | null)[] {
    return this.shapeOfOutput(shapesOf(shape)[0]!);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), seed: this.seed, ...this.settings() };
  }

  /** Makes variables those of the model. tfjs makes a variable for each weight; ours takes its place, so that there is one. */
  private adopt(variables: NamedVariables, trained: boolean): void {
    const zeros = tf.initializers.zeros();
    for (const [name, variable] of Object.entries(variables)) {
      const weight = this.addWeight(name, variable.shape, 'float32', zeros, undefined, trained);
      weight.read().dispose();
      Object.assign(weight, { val: variable });
    }
  }
}

function shapesOf(shape: Shape | readonly Shape[]): readonly Shape[] {
  return Array.isArray(shape[0]) ? (shape as readonly Shape[]) : [shape as Shape];
}
