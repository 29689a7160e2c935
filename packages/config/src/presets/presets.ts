import { unknownPreset } from '../errors.js';
import { biggan128 } from './biggan-128.js';
import { biggan128Bs512x4 } from './biggan-128-bs512x4.js';
import { biggan128Ch64 } from './biggan-128-ch64.js';
import { biggan128Paper } from './biggan-128-paper.js';
import { biggan256 } from './biggan-256.js';
import { biggan512 } from './biggan-512.js';
import { biggan64 } from './biggan-64.js';
import { biggan64Small } from './biggan-64-small.js';
import { bigganDeep128 } from './biggan-deep-128.js';
import { bigganDeep128Paper } from './biggan-deep-128-paper.js';
import { bigganDeep256 } from './biggan-deep-256.js';
import { bigganDeep512 } from './biggan-deep-512.js';
import { bigganDeep64 } from './biggan-deep-64.js';
import { cifar10 } from './cifar10.js';
import { cifar10Small } from './cifar10-small.js';
import { cifar100 } from './cifar100.js';
import { dcganSmall } from './dcgan-small.js';
import { fastganFewShot } from './fastgan-few-shot.js';
import { quickstart } from './quickstart.js';
import { quickstartWasm } from './quickstart-wasm.js';
import { r3ganCifar10 } from './r3gan-cifar10.js';
import { r3ganFfhq256 } from './r3gan-ffhq256.js';
import { r3ganFfhq64 } from './r3gan-ffhq64.js';
import { r3ganImagenet32 } from './r3gan-imagenet32.js';
import { r3ganImagenet64 } from './r3gan-imagenet64.js';
import { r3ganSmall } from './r3gan-small.js';
import { sagan128 } from './sagan-128.js';
import { sngan128 } from './sngan-128.js';
import { sngan32 } from './sngan-32.js';
import type { Preset } from './preset.js';

/** Every preset that is built in, the one to begin with first. */
export const presets: readonly Preset[] = [
  quickstart,
  quickstartWasm,
  cifar10,
  cifar10Small,
  cifar100,
  dcganSmall,
  sngan32,
  r3ganSmall,
  r3ganCifar10,
  r3ganImagenet32,
  biggan64,
  biggan64Small,
  bigganDeep64,
  r3ganFfhq64,
  r3ganImagenet64,
  sngan128,
  sagan128,
  biggan128,
  biggan128Bs512x4,
  biggan128Ch64,
  biggan128Paper,
  bigganDeep128,
  bigganDeep128Paper,
  biggan256,
  r3ganFfhq256,
  fastganFewShot,
  bigganDeep256,
  biggan512,
  bigganDeep512,
];

/**
 * One of the built-in presets, or of `known`, which holds those of plugins too.
 * @throws UNKNOWN_PRESET listing the known ones and the nearest
 */
export function findPreset(id: string): Preset;
export function findPreset<P extends { readonly id: string }>(id: string, known: readonly P[]): P;
export function findPreset(
  id: string,
  known: readonly { readonly id: string }[] = presets,
): { readonly id: string } {
  const found = known.find((preset) => preset.id === id);
  if (found) return found;
  throw unknownPreset(
    id,
    known.map((preset) => preset.id),
  );
}
