import type { HostTensor } from '@ganymede/safetensors';
import { permute } from './permute.js';

/**
 * How PyTorch and this toolkit lay out the same weight:
 *
 * | layout         | PyTorch           | here              |
 * |----------------|-------------------|-------------------|
 * | `same`         | any               | the same          |
 * | `convolution`  | [out, in, kh, kw] | [kh, kw, in, out] |
 * | `linear`       | [out, in]         | [in, out]         |
 * | `bottomWeight` | [C x 16, in]      | [in, 16 x C]      |
 * | `bottomVector` | [..., C x 16]     | [..., 16 x C]     |
 * | `map`          | [C, H, W]         | [H, W, C]         |
 * | `depthwiseMap` | [C, 1, H, W]      | [H, W, C]         |
 *
 * The bottom ones belong to the linear layer whose outputs become a map of 4x4 positions: channels first there,
 * channels last here.
 */
export type WeightLayout =
  'same' | 'convolution' | 'linear' | 'bottomWeight' | 'bottomVector' | 'map' | 'depthwiseMap';

/** Positions of the generator's first map, 4x4. */
const positions = 16;

interface Rearrangement {
  /** The shape that the values are seen in, then its axes in the new order, then the shape of the result. */
  readonly view: readonly number[];
  readonly axes: readonly number[];
  readonly shape: readonly number[];
}

/** From PyTorch's layout to ours, or back; null if a tensor of this shape cannot have the layout. */
export function rearranged(
  tensor: HostTensor & { readonly dtype: 'F32' },
  layout: WeightLayout,
  direction: 'import' | 'export',
): (HostTensor & { readonly dtype: 'F32' }) | null {
  const plan = rearrangementOf(tensor.shape, layout, direction);
  if (plan === null) return null;
  return { dtype: 'F32', shape: plan.shape, data: permute(tensor.data, plan.view, plan.axes) };
}

function rearrangementOf(
  shape: readonly number[],
  layout: WeightLayout,
  direction: 'import' | 'export',
): Rearrangement | null {
  const imports = direction === 'import';
  switch (layout) {
    case 'same':
      return { view: shape, axes: shape.map((_, i) => i), shape };
    case 'convolution': {
      const axes = imports ? [2, 3, 1, 0] : [3, 2, 0, 1];
      return shape.length === 4 ? { view: shape, axes, shape: axes.map((axis) => shape[axis]!) } : null;
    }
    case 'linear':
      return shape.length === 2 ? { view: shape, axes: [1, 0], shape: [shape[1]!, shape[0]!] } : null;
    case 'map': {
      if (shape.length !== 3) return null;
      const axes = imports ? [1, 2, 0] : [2, 0, 1];
      return { view: shape, axes, shape: axes.map((axis) => shape[axis]!) };
    }
    case 'depthwiseMap': {
      if (imports) {
        if (shape.length !== 4 || shape[1] !== 1) return null;
        const view = [shape[0]!, shape[2]!, shape[3]!];
        return { view, axes: [1, 2, 0], shape: [view[1]!, view[2]!, view[0]!] };
      }
      return shape.length === 3
        ? { view: shape, axes: [2, 0, 1], shape: [shape[2]!, 1, shape[0]!, shape[1]!] }
        : null;
    }
    case 'bottomWeight': {
      const [first, second] = shape as [number, number];
      const outputs = imports ? first : second;
      if (shape.length !== 2 || outputs % positions !== 0) return null;
      const channels = outputs / positions;
      const view = imports ? [channels, positions, second] : [first, positions, channels];
      return { view, axes: [2, 1, 0], shape: [second, first] };
    }
    case 'bottomVector': {
      const outputs = shape.at(-1);
      if (outputs === undefined || outputs % positions !== 0) return null;
      const rest = shape.slice(0, -1).reduce((product, size) => product * size, 1);
      const channels = outputs / positions;
      const view = imports ? [rest, channels, positions] : [rest, positions, channels];
      return { view, axes: [0, 2, 1], shape };
    }
  }
}
