import * as tf from '@tensorflow/tfjs';
import type { NamedTensors } from '@ganymede/core';
import type { Pjrt, PjrtStep } from '../src/index.js';

/** A backend for the tests of the block that it is called in; each of them has to leave as many tensors as it found. */
export function activeBackend(make: () => Pjrt): {
  readonly backend: () => Pjrt;
  readonly step: (body: (inputs: NamedTensors) => NamedTensors) => PjrtStep;
} {
  let backend: Pjrt;
  let tensors: number;
  beforeAll(async () => {
    backend = make();
    await backend.activate();
  });
  afterAll(() => backend.dispose());
  beforeEach(() => {
    tensors = tf.memory().numTensors;
    tf.engine().startScope('test');
  });
  afterEach(() => {
    tf.engine().endScope();
    tf.disposeVariables();
    expect(tf.memory().numTensors).toBe(tensors);
  });
  return { backend: () => backend, step: (body) => backend.compile(body, { name: 'step' }) };
}

export const numbers = (tensor: tf.Tensor | undefined): number[] => [...tensor!.dataSync()];

interface Live {
  readonly buffers: number;
  readonly executables: number;
}

/** What the backend's client has that has not been disposed of. */
export const liveOf = (backend: Pjrt): Live =>
  (backend as unknown as { readonly active: { readonly client: { readonly live: Live } } }).active.client
    .live;
