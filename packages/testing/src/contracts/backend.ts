import type { Backend, BackendDescription } from '@ganymede/core';
import type { Subject } from '../subject.js';
import { closeWithin } from './backend-close.js';
import { backendKernelTests } from './backend-kernels.js';
import { backendStepTests } from './backend-steps.js';

export interface BackendContractOptions {
  /** Relative to the largest expected value of each result; default 1e-5 (float32). */
  readonly tolerance?: number;
}

/**
 * What the toolkit relies on in a backend: a representative set of kernels against values computed on the host in
 * float64, gradients of first and second order, and compiled steps that own their state.
 */
export function backendContract(
  subject: Subject<Backend>,
  { tolerance = 1e-5 }: BackendContractOptions = {},
): void {
  describe(`${subject.name}: the backend contract`, () => {
    let backend: Backend;
    let description: BackendDescription;
    const close = closeWithin(tolerance);

    beforeAll(async () => {
      backend = subject.create();
      description = await backend.activate();
    });

    afterAll(() => backend.dispose());

    test('says what it runs on', () => {
      expect(description.name.length).toBeGreaterThan(0);
      expect(description.device.length).toBeGreaterThan(0);
      expect(description.threads).toBeGreaterThanOrEqual(1);
    });

    backendKernelTests(close);
    backendStepTests(() => backend, close);
  });
}
