import type { CApi, Pointer } from './c-api.js';
import { TensorFlowError } from './errors.js';

/** A TF_Status: calls report into it, `check` throws what they reported. */
export class Status {
  readonly pointer: Pointer;

  constructor(private readonly api: CApi) {
    this.pointer = api.newStatus();
  }

  /** @param what - said before TensorFlow's message: the op and its inputs */
  check(what: () => string, code = 'TENSORFLOW_ERROR'): void {
    if (this.api.getCode(this.pointer) === 0) return;
    throw new TensorFlowError(code, `${what()}: ${this.api.message(this.pointer)}`);
  }

  dispose(): void {
    this.api.deleteStatus(this.pointer);
  }
}
