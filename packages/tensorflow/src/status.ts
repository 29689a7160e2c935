import type { CApi, Pointer } from './c-api.js';
import { TensorFlowError } from './errors.js';

/** TF_RESOURCE_EXHAUSTED of TF_Code (tensorflow/c/tf_status.h). */
const resourceExhausted = 8;

/** A TF_Status: calls report into it, `check` throws what they reported. */
export class Status {
  readonly pointer: Pointer;

  constructor(private readonly api: CApi) {
    this.pointer = api.newStatus();
  }

  /**
   * @param what - said before TensorFlow's message: the op and its inputs
   * @param where - said after it
   * @throws TENSORFLOW_RESOURCE_EXHAUSTED where memory is out, TENSORFLOW_ERROR
   */
  check(what: () => string, where: () => string = () => ''): void {
    const code = this.api.getCode(this.pointer);
    if (code === 0) return;
    const message = `${what()}: ${this.api.message(this.pointer)}${where()}`;
    if (code === resourceExhausted)
      throw new TensorFlowError('TENSORFLOW_RESOURCE_EXHAUSTED', message, {
        kind: 'failed',
        hint: 'The memory of the device is full: dispose of tensors, or take a smaller batch.',
      });
    throw new TensorFlowError('TENSORFLOW_ERROR', message, { kind: 'failed' });
  }

  dispose(): void {
    this.api.deleteStatus(this.pointer);
  }
}
