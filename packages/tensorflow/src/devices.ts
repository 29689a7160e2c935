import type { CApi, Pointer } from './c-api.js';
import { TensorFlowError } from './errors.js';
import type { Status } from './status.js';

/** A device as TensorFlow lists it: `/job:localhost/replica:0/task:0/device:GPU:0` of type `GPU`. */
export interface Device {
  readonly name: string;
  readonly type: string;
}

/** The devices of a context. */
export function devicesOf(api: CApi, context: Pointer, status: Status): readonly Device[] {
  const list = api.listDevices(context, status.pointer);
  status.check(() => 'TensorFlow devices');
  const devices = Array.from({ length: api.deviceListCount(list) }, (_, i) => ({
    name: api.deviceListName(list, i, status.pointer),
    type: api.deviceListType(list, i, status.pointer),
  }));
  api.deleteDeviceList(list);
  return devices;
}

/** @throws NO_GPU */
export function expectGpu(number: number, devices: readonly Device[], version: string): void {
  if (devices.some(({ type }) => type === 'GPU')) return;
  throw new TensorFlowError(
    'NO_GPU',
    `device gpu:${number}: expected a GPU that TensorFlow ${version} can use, got ${devices.map(({ name }) => name).join(', ')}`,
    {
      kind: 'missing',
      hint: 'For GPUs there is the backend pjrt: type `ganymede backend install cuda`. This library needs a TensorFlow of your own that was built for CUDA.',
    },
  );
}
