import type { CApi, Pointer } from './c-api.js';
import { TensorFlowError } from './errors.js';

/** A TF_Status: calls report into it, `check` throws what they reported. */
export class Status {
  readonly pointer: Pointer;

  constructor(private readonly api: CApi) {
    this.pointer = api.newStatus();
  }

  /**
   * @param what - said before TensorFlow's message: the op and its inputs
   * @param where - said after it
   * @throws TENSORFLOW_ERROR
   */
  check(what: () => string, where: () => string = () => ''): void {
    if (this.api.getCode(this.pointer) === 0) return;
    throw new TensorFlowError('TENSORFLOW_ERROR', `${what()}: ${this.api.message(this.pointer)}${where()}`, {
      kind: 'failed',
    });
  }

  dispose(): void {
    this.api.deleteStatus(this.pointer);
  }
}
