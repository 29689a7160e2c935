import { unknownPreset } from '../errors.js';
import { biggan128 } from './biggan-128.js';
import { biggan64 } from './biggan-64.js';
import { cifar10Small } from './cifar10-small.js';
import { cifar10 } from './cifar10.js';
import type { Preset } from './preset.js';
import { quickstartWasm } from './quickstart-wasm.js';
import { quickstart } from './quickstart.js';

/** Every preset, the one to begin with first. */
export const presets: readonly Preset[] = [
  quickstart,
  quickstartWasm,
  cifar10,
  cifar10Small,
  biggan64,
  biggan128,
];

/** @throws UNKNOWN_PRESET listing the known ones and the nearest */
export function findPreset(id: string): Preset {
  const found = presets.find((preset) => preset.id === id);
  if (found) return found;
  throw unknownPreset(
    id,
    presets.map((preset) => preset.id),
  );
}
