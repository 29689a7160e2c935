import * as tf from '@tensorflow/tfjs';
import type { EngineInternals } from './engine-internals.js';

interface Swapped {
  readonly variable: tf.Variable;
  /** The variable's data outside the trace. */
  readonly outside: object;
  /** What stands for it inside, until the function assigns another. */
  readonly inside: object;
}

/**
 * For the time of a trace every variable holds data of its own instead of its tensor's. So a variable is told from a
 * tensor that shares its value (the one it was made of, a clone, another variable assigned from it), an assignment inside
 * shows as other data, and putting the data back undoes whatever the function did.
 */
export class SwappedVariables {
  private readonly swapped: Swapped[] = [];

  /**
   * @param symbolOf - a new tensor of the trace that stands for a variable
   * @param isSwapped - whether the engine has a place for a variable; others are let be
   */
  constructor(
    backend: tf.KernelBackend,
    symbolOf: (variable: tf.Variable) => tf.Tensor,
    private readonly isSwapped: (variable: tf.Variable) => boolean = () => true,
  ) {
    const engine = tf.engine() as unknown as EngineInternals;
    for (const variable of this.registered()) {
      const symbol = symbolOf(variable);
      this.swapped.push({ variable, outside: variable.dataId, inside: symbol.dataId });
      variable.dataId = symbol.dataId;
      engine.incRef(variable, backend);
      symbol.dispose();
    }
  }

  /** The variables that the function assigned. */
  get assigned(): tf.Variable[] {
    return this.swapped
      .filter(({ variable, inside }) => variable.dataId !== inside)
      .map(({ variable }) => variable);
  }

  /** The first variable that the function disposed; undefined of none. */
  get disposed(): tf.Variable | undefined {
    return this.swapped.find(({ variable }) => variable.isDisposed)?.variable;
  }

  /** The variables that the function made. */
  get made(): tf.Variable[] {
    const known = new Set(this.swapped.map(({ variable }) => variable));
    return this.registered().filter((variable) => !known.has(variable));
  }

  /** Puts the data back and disposes variables that the function made. */
  restore(): void {
    for (const variable of this.made) variable.dispose();
    const engine = tf.engine() as unknown as EngineInternals;
    for (const { variable, outside } of this.swapped) {
      if (variable.isDisposed) {
        engine.disposeTensor({ dataId: outside, dtype: variable.dtype, size: variable.size });
      } else {
        engine.disposeTensor(variable);
        variable.dataId = outside;
      }
    }
  }

  private registered(): tf.Variable[] {
    return Object.values(tf.engine().registeredVariables).filter(this.isSwapped);
  }
}
