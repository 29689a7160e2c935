import type { Device } from './device.js';
import { elementCount, newHostArray, typeText, type HostArray, type TensorType } from './element-type.js';
import { bufferGone } from './errors.js';
import type { Address } from './native-memory.js';
import type { Owner } from './owner.js';
import { rowMajor } from './row-major.js';

/**
 * Values on a device. They may still be on their way: everything that reads them waits. Freed by `dispose` alone; a
 * buffer that a run is using is freed when the run ends.
 */
export class DeviceBuffer {
  private state: 'alive' | 'donated' | 'disposed' = 'alive';
  private uses = 0;
  private freed = false;

  /** Made by `Client.upload` and by runs. */
  constructor(
    private readonly owner: Owner,
    private readonly address: Address,
    readonly type: TensorType,
    readonly device: Device,
  ) {
    owner.track(this);
  }

  get shape(): readonly number[] {
    return this.type.shape;
  }

  /** Whether the values can be read. */
  get alive(): boolean {
    return this.state === 'alive';
  }

  /**
   * The values, row by row.
   * @throws BUFFER_DISPOSED, BUFFER_DONATED, or what went wrong in the run that was to make them
   */
  async read(): Promise<HostArray> {
    const { api } = this.owner;
    const source = this.borrow('read');
    try {
      const { struct, to } = this.transfer(source);
      await api.awaitEventAsync(api.call('PJRT_Buffer_ToHostBuffer', struct).word('event'));
      return to;
    } finally {
      this.release();
    }
  }

  /** The same, waiting on this thread. */
  readSync(): HostArray {
    const { api } = this.owner;
    const source = this.borrow('readSync');
    try {
      const { struct, to } = this.transfer(source);
      api.awaitEvent(api.call('PJRT_Buffer_ToHostBuffer', struct).word('event'));
      return to;
    } finally {
      this.release();
    }
  }

  /** When the values are there. @throws what went wrong in the run that was to make them */
  async ready(): Promise<void> {
    const { api } = this.owner;
    const buffer = this.borrow('ready');
    try {
      await api.awaitEventAsync(api.call('PJRT_Buffer_ReadyEvent', { buffer }).word('event'));
    } finally {
      this.release();
    }
  }

  /** Bytes on the device, with what its layout adds. */
  get bytes(): number {
    const { api } = this.owner;
    return api
      .call('PJRT_Buffer_OnDeviceSizeInBytes', { buffer: this.check('bytes') })
      .number('on_device_size_in_bytes');
  }

  /** Whether the plugin has taken the memory: what donation comes to. For this package only. */
  isDeleted(): boolean {
    const { api } = this.owner;
    return this.freed || api.call('PJRT_Buffer_IsDeleted', { buffer: this.address }).boolean('is_deleted');
  }

  /** A copy on another device of the client. */
  copyTo(device: Device): DeviceBuffer {
    const copied = this.owner.api.call('PJRT_Buffer_CopyToDevice', {
      buffer: this.check('copyTo'),
      dst_device: device.address,
    });
    return new DeviceBuffer(this.owner, copied.word('dst_buffer'), this.type, device);
  }

  /** Frees the memory. May be called twice. */
  dispose(): void {
    if (this.state === 'alive') this.state = 'disposed';
    this.freeIfIdle();
  }

  /** For runs: the address, valid until `release`. @throws BUFFER_DISPOSED, BUFFER_DONATED */
  borrow(what: string): Address {
    const address = this.check(what);
    this.uses++;
    return address;
  }

  /** For runs: as `borrow`, and no one else may use it from here on. */
  give(what: string): Address {
    const address = this.borrow(what);
    this.state = 'donated';
    return address;
  }

  release(): void {
    this.uses--;
    if (this.state !== 'alive') this.freeIfIdle();
  }

  /** @throws BUFFER_DISPOSED, BUFFER_DONATED, CLIENT_CLOSED */
  check(what: string): Address {
    this.owner.checkOpen(what);
    if (this.state !== 'alive') throw bufferGone(what, this.state, typeText(this.type));
    return this.address;
  }

  private freeIfIdle(): void {
    if (this.freed || this.uses > 0) return;
    this.freed = true;
    this.owner.api.call('PJRT_Buffer_Destroy', { buffer: this.address });
    this.owner.forget(this);
  }

  private transfer(src: Address) {
    const { elementType, shape } = this.type;
    const to = newHostArray(elementType, elementCount(shape));
    const struct = { src, host_layout: rowMajor(shape.length), dst: to, dst_size: to.byteLength };
    return { struct, to };
  }
}
