import { convert, type Value } from '@ganymede/stablehlo';
import {
  computesInBfloat16,
  isActivationOp,
  makesActivations,
  staysInBfloat16,
  typedInputs,
} from '@ganymede/precision';
import type { Kernel } from './kernel.js';

/** What of a kernel's call is bfloat16. */
export interface Rounding {
  /** Whether products are of bfloat16. */
  readonly product: boolean;
  /** Whether results are kept in bfloat16. */
  readonly stays: boolean;
  /** What the kernel gets. */
  operand(operand: Operand, index: number): Value;
}

interface Operand {
  readonly value: Value;
  readonly stored: Value | null;
}

/** Where the policy, which goes by TensorFlow's names, has another name than tfjs. */
const policyNames: Readonly<Record<string, string>> = {
  Add: 'AddV2',
  BatchMatMul: 'BatchMatMulV2',
  BatchMoments: 'FusedBatchNormV2',
  Concat: 'ConcatV2',
  GroupedConv2D: 'Conv2D',
  GroupedConv2DBackpropFilter: 'Conv2DBackpropFilter',
  GroupedConv2DBackpropInput: 'Conv2DBackpropInput',
};

/**
 * How the policy of `@ganymede/precision` takes this call; null where all is float32. Products and kernels that move
 * elements get bfloat16; others get float32 values that were rounded, and their results are rounded once.
 */
export function roundingOf(kernel: Kernel, operands: readonly Operand[]): Rounding | null {
  const op = policyNames[kernel.name] ?? kernel.name;
  const described = operands.map(({ value, stored }) => ({ shape: value.shape, stored: stored !== null }));
  const product = computesInBfloat16(op, described);
  const typed = typedInputs.get(op) ?? operands.length;
  if (!product && !stays(op, operands.slice(0, typed))) return null;
  const narrow = product || kernel.moves;
  const float = (operand: Operand): boolean => operand.value.elementType === 'f32';
  return {
    product,
    // Moments of a batch are float32 whatever it is stored in.
    stays: product ? makesActivations(op, described) : !typedInputs.has(op),
    operand: (operand, index) => {
      if (index >= typed || !float(operand)) return operand.value;
      const rounded = operand.stored ?? convert(operand.value, 'bf16');
      return narrow ? rounded : convert(rounded, 'f32');
    },
  };
}

function stays(op: string, operands: readonly Operand[]): boolean {
  if (!isActivationOp(op) || !operands.some(({ stored }) => stored)) return false;
  return staysInBfloat16(
    operands
      .filter(({ value }) => value.elementType === 'f32')
      .map(({ value, stored }) => ({ shape: value.shape, stored: stored !== null })),
  );
}
