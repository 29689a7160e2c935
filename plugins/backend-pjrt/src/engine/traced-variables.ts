import * as tf from '@tensorflow/tfjs';
import { GanymedeError } from '@ganymede/core';
import { tensorType } from '@ganymede/stablehlo';
import { elementTypeOf } from './element-types.js';
import type { EngineInternals } from './engine-internals.js';
import type { PjrtKernelBackend } from './kernel-backend.js';
import type { Trace } from './trace.js';

interface Swapped {
  readonly variable: tf.Variable;
  /** The variable's data outside the trace. */
  readonly outside: object;
  /** What stands for it inside, until the step assigns another. */
  readonly inside: object;
}

/**
 * For the time of a trace every variable holds data of its own instead of its tensor's. So a variable is told from a
 * tensor that shares its value (the one it was made of, a clone, another variable assigned from it), an assignment inside
 * shows as other data, and putting the data back undoes whatever the step did.
 */
export class TracedVariables {
  private readonly swapped: Swapped[] = [];

  constructor(
    private readonly label: string,
    backend: PjrtKernelBackend,
    trace: Trace,
  ) {
    const engine = tf.engine() as unknown as EngineInternals;
    for (const variable of Object.values(tf.engine().registeredVariables)) {
      // Text has no place on a device, and no step uses it.
      if (variable.dtype === 'string' || variable.dtype === 'complex64') continue;
      const type = tensorType(elementTypeOf(variable.dtype, label), variable.shape);
      const info = backend.fromTrace(trace.variable(variable), type);
      this.swapped.push({ variable, outside: variable.dataId, inside: info.dataId });
      const symbol = tf.engine().makeTensorFromTensorInfo(info);
      variable.dataId = symbol.dataId;
      engine.incRef(variable, backend);
      symbol.dispose();
    }
  }

  /** The variables that the step assigned. */
  get assigned(): tf.Variable[] {
    return this.swapped
      .filter(({ variable, inside }) => variable.dataId !== inside)
      .map(({ variable }) => variable);
  }

  /** @throws VARIABLE_MADE_IN_TRACE, VARIABLE_DISPOSED_IN_TRACE */
  check(): void {
    const disposed = this.swapped.find(({ variable }) => variable.isDisposed)?.variable;
    if (disposed) {
      throw new GanymedeError(
        'VARIABLE_DISPOSED_IN_TRACE',
        `${this.label}: expected variables to outlive the compiled step, got ${disposed.name} disposed inside it`,
        { kind: 'failed' },
      );
    }
    const made = this.made();
    if (made.length > 0) {
      throw new GanymedeError(
        'VARIABLE_MADE_IN_TRACE',
        `${this.label}: expected variables made before the compiled step, got a new one inside (${made.map(({ name }) => name).join(', ')})`,
        { kind: 'failed', hint: 'Create variables once, outside, and assign them inside.' },
      );
    }
  }

  /** Puts the data back and disposes variables that the step made. */
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
    return Object.values(tf.engine().registeredVariables).filter(
      (variable) => !known.has(variable) && variable.dtype !== 'string' && variable.dtype !== 'complex64',
    );
  }
}
