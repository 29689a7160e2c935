import type { Value } from './block.js';
import { listText } from './attribute-text.js';
import type { Precision } from './contraction.js';
import type { ElementType } from './element-type.js';
import { badAttribute, shapeMismatch, typeMismatch } from './errors.js';
import { signatureText } from './generic-op.js';
import { splat } from './constant.js';
import { checkPerDimension, pad, reverse } from './shape.js';
import { shapeText, tensorType } from './tensor-type.js';
import { windowCount } from './window-count.js';

export interface ConvolutionOptions {
  /**
   * What each dimension is, a letter each: `b` batch, `f` features; of the kernel `i` input and `o` output features;
   * a digit for a spatial one. `{ input: 'b01f', kernel: '01io', output: 'b01f' }` is the NHWC of tfjs.
   */
  readonly dimensions: { readonly input: string; readonly kernel: string; readonly output: string };
  /** A number a spatial dimension, in the order of the digits; all default to 1, paddings to 0. */
  readonly strides?: readonly number[];
  /** Zeros before and after; negative ones take elements away. */
  readonly padding?: readonly (readonly [low: number, high: number])[];
  /** Zeros between elements of the input: a stride of the transposed convolution. */
  readonly inputDilation?: readonly number[];
  readonly kernelDilation?: readonly number[];
  /** Turn the kernel around, in all spatial dimensions: for an input gradient. */
  readonly reverseKernel?: boolean;
  /** Groups of input features, each with output features of its own. */
  readonly featureGroups?: number;
  /** Groups of the batch: the filter gradient of a grouped convolution. */
  readonly batchGroups?: number;
  readonly precision?: Precision;
  /** Of the result, and of sums inside; that of the input if absent. */
  readonly resultType?: ElementType;
}

interface Roles {
  readonly batch: number;
  readonly features: number;
  readonly spatial: readonly number[];
}

/** Finds the letters; `spatial[i]` is where digit i stands. */
function roles(what: string, text: string, letters: string, rank: number): Roles {
  const spatial = Array.from({ length: rank - 2 }, (_, i) => text.indexOf(String(i)));
  const [batch, features] = [text.indexOf(letters[0]!), text.indexOf(letters[1]!)];
  if (text.length !== rank || [batch, features, ...spatial].includes(-1)) {
    const digits = spatial.map((_, i) => i).join('');
    throw badAttribute(`convolution ${what}`, `the letters ${letters}${digits} in any order`, text);
  }
  return { batch: batch, features, spatial };
}

/**
 * A convolution (in truth a correlation, unless `reverseKernel`), strided, dilated, transposed or grouped.
 *
 * Two things that the op could do are ops before it. The kernel is turned around by `reverse`, which XLA recognizes as an
 * input gradient on GPUs, and without which it takes a hundred times as long on processors. Elements that negative
 * paddings take away are taken by `pad`: XLA for processors reads beyond the input otherwise.
 */
export function convolution(x: Value, kernel: Value, options: ConvolutionOptions): Value {
  const { padding = [], reverseKernel = false } = options;
  if (reverseKernel) {
    const spatial = roles('kernel', options.dimensions.kernel, 'io', kernel.rank).spatial;
    return convolution(x, reverse(kernel, spatial), { ...options, reverseKernel: false });
  }
  if (!padding.flat().some((one) => one < 0)) return paddedConvolution(x, kernel, options);
  const { input } = options.dimensions;
  const { inputDilation = padding.map(() => 1) } = options;
  const low = new Array<number>(x.rank).fill(0);
  const [high, interior] = [[...low], [...low]];
  padding.forEach(([before, after], i) => {
    const at = input.indexOf(String(i));
    low[at] = Math.min(before, 0);
    high[at] = Math.min(after, 0);
    interior[at] = inputDilation[i]! - 1;
  });
  const cropped = pad(x, splat(x.block.owner, tensorType(x.elementType), 0), low, high, interior);
  return paddedConvolution(cropped, kernel, {
    ...options,
    padding: padding.map(([before, after]) => [Math.max(before, 0), Math.max(after, 0)]),
    inputDilation: padding.map(() => 1),
  });
}

function paddedConvolution(x: Value, kernel: Value, options: ConvolutionOptions): Value {
  const { dimensions, featureGroups = 1, batchGroups = 1, precision = 'DEFAULT' } = options;
  const { resultType = x.elementType } = options;
  if (x.elementType !== kernel.elementType)
    throw typeMismatch('convolution', x.elementType, kernel.elementType);
  if (x.rank < 2 || kernel.rank !== x.rank) {
    throw shapeMismatch(
      'convolution',
      'two of one rank, 2 or more',
      `${shapeText(x.shape)} and ${shapeText(kernel.shape)}`,
    );
  }
  const input = roles('input', dimensions.input, 'bf', x.rank);
  const filter = roles('kernel', dimensions.kernel, 'io', x.rank);
  const output = roles('output', dimensions.output, 'bf', x.rank);
  const ones = input.spatial.map(() => 1);
  const { strides = ones, inputDilation = ones, kernelDilation = ones } = options;
  const { padding = ones.map(() => [0, 0] as const) } = options;
  for (const [name, numbers] of Object.entries({ strides, inputDilation, kernelDilation })) {
    checkPerDimension('convolution', name, numbers, ones.length, 1);
  }
  checkPerDimension('convolution', 'paddings', padding.flat(), 2 * ones.length);
  const batch = x.shape[input.batch]!;
  const outputFeatures = kernel.shape[filter.features]!;
  checkGroups(x, kernel, { input, filter, featureGroups, batchGroups });

  const shape = new Array<number>(x.rank).fill(0);
  shape[output.batch] = batch / batchGroups;
  shape[output.features] = outputFeatures;
  output.spatial.forEach((at, i) => {
    shape[at] = windowCount({
      size: x.shape[input.spatial[i]!]!,
      window: kernel.shape[filter.spatial[i]!]!,
      stride: strides[i]!,
      padding: padding[i]!,
      baseDilation: inputDilation[i]!,
      windowDilation: kernelDilation[i]!,
    });
  });
  const type = tensorType(resultType, shape);
  const letters = (text: string): string => `[${Array.from(text).join(', ')}]`;
  const window = [
    `stride = ${listText(strides)}`,
    `pad = [${padding.map((pair) => listText(pair)).join(', ')}]`,
    `lhs_dilate = ${listText(inputDilation)}`,
    `rhs_dilate = ${listText(kernelDilation)}`,
  ].join(', ');
  const attributes = [
    `batch_group_count = ${batchGroups} : i64`,
    `feature_group_count = ${featureGroups} : i64`,
    `precision_config = [#stablehlo<precision ${precision}>, #stablehlo<precision ${precision}>]`,
  ].join(', ');
  const text =
    `stablehlo.convolution(${x.name}, ${kernel.name}) dim_numbers = ` +
    `${letters(dimensions.input)}x${letters(dimensions.kernel)}->${letters(dimensions.output)}, ` +
    `window = {${window}} {${attributes}} : ${signatureText([x.type, kernel.type], [type])}`;
  return x.block.owner.emit('convolution', [x, kernel], [type], text)[0]!;
}

function checkGroups(
  x: Value,
  kernel: Value,
  groups: {
    readonly input: Roles;
    readonly filter: Roles;
    readonly featureGroups: number;
    readonly batchGroups: number;
  },
): void {
  const { input, filter, featureGroups, batchGroups } = groups;
  checkPerDimension('convolution', 'numbers of groups', [featureGroups, batchGroups], 2, 1);
  if (featureGroups > 1 && batchGroups > 1) {
    throw badAttribute(
      'convolution',
      'groups of features or of the batch',
      `${featureGroups} and ${batchGroups}`,
    );
  }
  const features = x.shape[input.features]!;
  // In `roles` of the kernel, `batch` is where the letter i stands.
  const taken = kernel.shape[filter.batch]!;
  if (features !== taken * featureGroups) {
    throw shapeMismatch(
      'convolution',
      `${taken * featureGroups} input features for the kernel ${shapeText(kernel.shape)} and ${featureGroups} groups`,
      `${features} in ${shapeText(x.shape)}`,
    );
  }
  const given = kernel.shape[filter.features]!;
  const batch = x.shape[input.batch]!;
  if (given % featureGroups !== 0 || given % batchGroups !== 0 || batch % batchGroups !== 0) {
    throw shapeMismatch(
      'convolution',
      `output features and a batch that ${Math.max(featureGroups, batchGroups)} groups share evenly`,
      `${given} and ${batch}`,
    );
  }
}
