import type { DeviceBuffer } from '@ganymede/pjrt';

/** A buffer that several tensors and compiled steps may hold; freed with the last of them. */
export class DeviceValue {
  private holders = 1;

  constructor(readonly buffer: DeviceBuffer) {}

  /** Whether someone else would miss it. */
  get shared(): boolean {
    return this.holders > 1;
  }

  retain(): this {
    this.holders++;
    return this;
  }

  release(): void {
    if (--this.holders === 0) this.buffer.dispose();
  }
}
