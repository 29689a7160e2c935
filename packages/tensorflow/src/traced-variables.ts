import * as tf from '@tensorflow/tfjs';
import type { EngineInternals } from './engine-internals.js';
import { TensorFlowError } from './errors.js';
import type { NodeBackend } from './kernels.js';
import type { Trace } from './trace.js';

interface Swapped {
  readonly variable: tf.Variable;
  /** The variable's tensor outside the trace. */
  readonly outside: object;
  /** What stands for it inside, until the function assigns another. */
  readonly inside: object;
}

/**
 * For the time of a trace every variable holds a symbol of its own instead of its tensor. So a variable is told from
 * a tensor that shares its value (the one it was made of, a clone, another variable assigned from it), an
 * assignment inside shows as another symbol, and putting the tensors back undoes whatever the function did.
 */
export class TracedVariables {
  private readonly swapped: Swapped[] = [];

  constructor(
    private readonly label: string,
    private readonly backend: NodeBackend,
    trace: Trace,
  ) {
    const engine = tf.engine() as unknown as EngineInternals;
    for (const variable of Object.values(tf.engine().registeredVariables)) {
      const symbol = backend.createOutputTensor(
        trace.variable(variable, backend.getDTypeInteger(variable.dtype)),
      );
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

  /** @throws VARIABLE_MADE_IN_TRACE, VARIABLE_DISPOSED_IN_TRACE */
  check(): void {
    const disposed = this.swapped.find(({ variable }) => variable.isDisposed)?.variable;
    if (disposed) {
      throw new TensorFlowError(
        'VARIABLE_DISPOSED_IN_TRACE',
        `${this.label}: expected variables to outlive the compiled function, got ${disposed.name} disposed inside it`,
        { kind: 'failed' },
      );
    }
    const made = this.made();
    if (made.length > 0) {
      throw new TensorFlowError(
        'VARIABLE_MADE_IN_TRACE',
        `${this.label}: expected variables made before the compiled function, got a new one inside (${made.map(({ name }) => name).join(', ')})`,
        { kind: 'failed', hint: 'Create variables once, outside, and assign them inside.' },
      );
    }
  }

  /** Puts every tensor back and disposes variables that the function made. */
  restore(): void {
    for (const variable of this.made()) variable.dispose();
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

  private made(): tf.Variable[] {
    const known = new Set(this.swapped.map(({ variable }) => variable));
    return Object.values(tf.engine().registeredVariables).filter((variable) => !known.has(variable));
  }
}
