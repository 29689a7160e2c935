import type { Api } from './api.js';
import { PjrtError } from './errors.js';
import { readNamedValues, type NamedValue } from './named-values.js';
import type { Address } from './native-memory.js';

/** Bytes; what a plugin does not count is absent. */
export interface MemoryStats {
  readonly inUse: number;
  readonly peak?: number;
  readonly limit?: number;
  readonly largestFreeBlock?: number;
}

/** A device of a client: a GPU, a TPU core, a processor. */
export class Device {
  readonly id: number;
  readonly localHardwareId: number;
  /** `NVIDIA H100 80GB HBM3`, `cpu`. */
  readonly kind: string;
  readonly attributes: Readonly<Record<string, NamedValue>>;

  constructor(
    private readonly api: Api,
    readonly address: Address,
  ) {
    const device_description = api
      .call('PJRT_Device_GetDescription', { device: address })
      .word('device_description');
    const kind = api.call('PJRT_DeviceDescription_Kind', { device_description });
    const attributes = api.call('PJRT_DeviceDescription_Attributes', { device_description });
    this.id = api.call('PJRT_DeviceDescription_Id', { device_description }).int('id');
    this.localHardwareId = api
      .call('PJRT_Device_LocalHardwareId', { device: address })
      .int('local_hardware_id');
    this.kind = api.memory.text(kind.word('device_kind'), kind.number('device_kind_size'));
    this.attributes = readNamedValues(
      api,
      attributes.word('attributes'),
      attributes.number('num_attributes'),
    );
  }

  /** The device's memory now; null where the plugin does not say. */
  memory(): MemoryStats | null {
    try {
      const stats = this.api.call('PJRT_Device_MemoryStats', { device: this.address });
      return {
        inUse: stats.number('bytes_in_use'),
        ...(stats.boolean('peak_bytes_in_use_is_set') ? { peak: stats.number('peak_bytes_in_use') } : {}),
        ...(stats.boolean('bytes_limit_is_set') ? { limit: stats.number('bytes_limit') } : {}),
        ...(stats.boolean('largest_free_block_bytes_is_set')
          ? { largestFreeBlock: stats.number('largest_free_block_bytes') }
          : {}),
      };
    } catch (error) {
      if (error instanceof PjrtError && error.code === 'PJRT_UNIMPLEMENTED') return null;
      throw error;
    }
  }
}
