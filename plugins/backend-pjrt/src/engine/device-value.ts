import type { Device, DeviceBuffer } from '@ganymede/pjrt';

/**
 * Values that several tensors and compiled steps may hold; freed with the last of them. They lie on the backend's first
 * device, and on its further ones from when a step that runs on all of them first takes or makes them.
 */
export class DeviceValue {
  private holders = 1;

  /** @param copies - the same values on the further devices, all of them or none */
  constructor(
    readonly buffer: DeviceBuffer,
    private copies: readonly DeviceBuffer[] = [],
  ) {}

  /** The values on each device; brings them there. @param devices - the backend's */
  onEach(devices: readonly Device[]): readonly DeviceBuffer[] {
    if (this.copies.length < devices.length - 1)
      this.copies = devices.slice(1).map((device) => this.buffer.copyTo(device));
    return [this.buffer, ...this.copies];
  }

  /** Whether someone else would miss it. */
  get shared(): boolean {
    return this.holders > 1;
  }

  retain(): this {
    this.holders++;
    return this;
  }

  release(): void {
    if (--this.holders > 0) return;
    for (const one of [this.buffer, ...this.copies]) one.dispose();
  }
}
