import * as tf from '@tensorflow/tfjs';
import type { EngineInternals } from './engine-internals.js';

/**
 * Runs `act` in a scope of its own and leaves tfjs's engine as it was, also when `act` throws: open scopes are
 * closed, and tensors of the trace are disposed even where the function kept them, for they have no values.
 * @param isTraced - whether a tensor's data are the trace's
 */
export function inTraceScope<T>(isTraced: (dataId: object) => boolean, act: () => T): T {
  const engine = tf.engine() as unknown as EngineInternals;
  const made: tf.Tensor[] = [];
  const depth = engine.state.scopeStack.length;
  const track = engine.trackTensor.bind(engine);
  engine.trackTensor = (tensor, owner) => {
    made.push(tensor);
    track(tensor, owner);
  };
  engine.startScope('trace');
  try {
    return act();
  } finally {
    while (engine.state.scopeStack.length > depth) engine.endScope();
    delete (engine as Partial<EngineInternals>).trackTensor;
    for (const tensor of made)
      if (!(tensor instanceof tf.Variable) && !tensor.isDisposed && isTraced(tensor.dataId)) tensor.dispose();
  }
}
