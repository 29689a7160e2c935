import type { Device } from './device.js';
import type { DeviceBuffer } from './device-buffer.js';
import { sameType, typeText, type TensorType } from './element-type.js';
import { wrongArguments } from './errors.js';
import type { Parameter } from './main-signature.js';

interface Program {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly devices: readonly Device[];
}

/**
 * A plugin's own checks come late, or after it has read beyond a buffer.
 * @throws WRONG_ARGUMENTS
 */
export function checkArguments(
  { name, parameters, devices }: Program,
  values: readonly (readonly DeviceBuffer[])[],
): void {
  if (values.length !== devices.length) {
    throw wrongArguments(name, `arguments for ${devices.length} devices`, String(values.length));
  }
  const types = (all: readonly TensorType[]): string => all.map(typeText).join(', ') || 'no arguments';
  values.forEach((list, device) => {
    const fits =
      list.length === parameters.length && list.every(({ type }, i) => sameType(type, parameters[i]!));
    if (!fits) throw wrongArguments(name, types(parameters), types(list.map(({ type }) => type)));
    const stranger = list.find((buffer) => buffer.device !== devices[device]);
    if (stranger) {
      throw wrongArguments(
        name,
        `arguments on device ${devices[device]!.id}`,
        `one on device ${stranger.device.id}`,
      );
    }
    if (new Set(list).size === list.length) return;
    const twice = list.find(
      (buffer, i) => parameters[i]!.donated && list.indexOf(buffer) !== list.lastIndexOf(buffer),
    );
    if (twice)
      throw wrongArguments(name, 'a donated argument to be passed once', `${typeText(twice.type)} twice`);
  });
}
