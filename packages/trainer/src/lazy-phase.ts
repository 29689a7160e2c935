import type * as tf from '@tensorflow/tfjs';
import type { NamedTensors, NamedVariables, OptimizerInstance, Regularizer } from '@ganymede/core';
import { CompiledPhase } from './compiled-phase.js';
import { gradientNorms } from './gradients.js';
import { meanGradients } from './mean-gradients.js';
import { lazy, penaltyGradients } from './phases.js';
import type { TrainingRecipe } from './recipe.js';

/** A penalty that comes every `interval` steps of its network, in a phase and with an update of its own. */
export interface LazyPhase {
  readonly penalty: Regularizer;
  readonly phase: CompiledPhase;
}

/** What moves one network. */
interface Moved {
  readonly weights: NamedVariables;
  readonly optimizer: OptimizerInstance;
}

/** The phases of all penalties at an interval, in the order of the recipe. Reports are `penalty<n>` for the n-th of a network. */
export function lazyPhases(
  recipe: TrainingRecipe,
  networks: Readonly<Record<Regularizer['network'], Moved>>,
): readonly LazyPhase[] {
  return lazy(recipe.regularizers).map((penalty, index, all) => {
    const place = all.slice(0, index).filter(({ network }) => network === penalty.network).length;
    const { weights, optimizer } = networks[penalty.network];
    const body = ({ learningRate, update, ...inputs }: NamedTensors): Record<string, tf.Scalar> => {
      const { gradients: own, scalars } = penaltyGradients(
        recipe,
        weights,
        inputs,
        [penalty],
        penalty.interval,
      );
      // What looks at weights alone is the same everywhere.
      const gradients = penalty.ofWeights ? own : meanGradients(own, recipe);
      optimizer.apply(weights, gradients, learningRate as tf.Scalar, update as tf.Scalar);
      // A second penalty at an interval has numbers of its own.
      const { gradientNorm, ...squares } = gradientNorms(gradients);
      return {
        [`penalty${place}`]: scalars['penalty0']!,
        [place === 0 ? 'gradientNorm' : `gradientNorm${place}`]: gradientNorm!,
        ...squares,
      };
    };
    const name = `${penalty.network}-penalty${index}`;
    return { penalty, phase: new CompiledPhase(recipe, name, recipe.precision, body) };
  });
}
